import { serveByVite } from './development-site.ts';
import { developmentSuite } from './development-suite.ts';
import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('svelte', { serve: (port, bff) => serveFiles('svelte', 'dist', port, bff) });
developmentSuite('svelte', { serve: serveByVite, component: 'src/ConnectBank.svelte' });
