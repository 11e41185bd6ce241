import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';
import { strictModeSuite } from './strict-mode-suite.ts';

exampleSuite('react-19', { serve: (port, bff) => serveFiles('react-19', 'dist', port, bff) });
strictModeSuite('react-19');
