import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('angular', { serve: (port, bff) => serveFiles('angular', 'dist', port, bff) });
