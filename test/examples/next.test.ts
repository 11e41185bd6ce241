import { serveByNext } from './development-site.ts';
import { developmentSuite } from './development-suite.ts';
import { exampleSuite } from './example-suite.ts';
import { startServer } from './site.ts';

exampleSuite('next', { serve: (port, bff) => startServer('next', '.next', port, bff) });
developmentSuite('next', { serve: serveByNext, component: 'app/connect-bank.tsx' });
