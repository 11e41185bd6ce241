import { serverRenderedSuite } from './server-rendered-suite.ts';

serverRenderedSuite('nuxt', {
  component: ['vue', 'src/ConnectBank.vue', 'app/ConnectBank.vue'],
  server: ['.output/server/index.mjs', 'listener'],
  files: '.output/public',
});
