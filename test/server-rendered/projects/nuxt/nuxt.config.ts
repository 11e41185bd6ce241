const isCustomElement = (tag: string) => tag === 'atto-connect';

export default defineNuxtConfig({
  compatibilityDate: '2026-11-30',
  telemetry: false,
  typescript: { strict: true },
  vue: { compilerOptions: { isCustomElement } },
  nitro: { preset: 'node-listener' },
});
