import { serveByVite } from './development-site.ts';
import { developmentSuite } from './development-suite.ts';
import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('react-19', { serve: (port, bff) => serveFiles('react-19', 'dist', port, bff) });
developmentSuite('react-19', { serve: serveByVite, component: 'src/connect-bank.tsx', listeners: ['selectionchange'] });
