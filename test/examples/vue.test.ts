import { serveByVite } from './development-site.ts';
import { developmentSuite } from './development-suite.ts';
import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('vue', { serve: (port, bff) => serveFiles('vue', 'dist', port, bff) });
developmentSuite('vue', { serve: serveByVite, component: 'src/ConnectBank.vue' });
