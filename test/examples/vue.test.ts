import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('vue', { serve: (port, bff) => serveFiles('vue', 'dist', port, bff) });
