import { serverRenderedSuite } from './server-rendered-suite.ts';

serverRenderedSuite('sveltekit', {
  component: ['svelte', 'src/ConnectBank.svelte', 'src/routes/ConnectBank.svelte'],
  server: ['build/handler.js', 'handler'],
});
