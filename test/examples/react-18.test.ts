import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';
import { strictModeSuite } from './strict-mode-suite.ts';

exampleSuite('react-18', { serve: (port, bff) => serveFiles('react-18', 'dist', port, bff) });
strictModeSuite('react-18');
