import { serveByAngular } from './development-site.ts';
import { developmentSuite } from './development-suite.ts';
import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('angular', { serve: (port, bff) => serveFiles('angular', 'dist', port, bff) });
developmentSuite('angular', {
  serve: serveByAngular,
  component: 'src/connect-bank.ts',
  reloads: ['undefined>(null)', 'undefined>(undefined)'],
  listeners: ['devtoolstooldiscovery'],
});
