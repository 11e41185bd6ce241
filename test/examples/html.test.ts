import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('html', {
  // There is nothing to build: the files are the page.
  build: async () => {},
  serve: (port, bff) => serveFiles('html', '.', port, bff),
});
