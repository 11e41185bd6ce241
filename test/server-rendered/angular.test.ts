import { serverRenderedSuite } from './server-rendered-suite.ts';

serverRenderedSuite('angular', {
  component: ['angular', 'src/connect-bank.ts', 'src/connect-bank.ts'],
  server: ['dist/server/server.mjs', 'reqHandler'],
  files: 'dist/browser',
});
