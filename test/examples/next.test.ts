import { exampleSuite } from './example-suite.ts';
import { startServer } from './site.ts';

exampleSuite('next', { serve: (port, bff) => startServer('next', '.next', port, bff) });
