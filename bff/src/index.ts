/** The names that @atto-connect/bff promises. */
export { type Bff, type BffOptions, createBff } from './app.ts';
export { type Config, configFromEnvironment } from './config.ts';
export { ConfigurationError } from './configuration-error.ts';
export type { Identify } from './customers.ts';
export type { Partner } from './partners.ts';
export { type RunningBff, startBff } from './start.ts';
export { SqliteStore } from './stores/sqlite-store.ts';
export type { Store } from './stores/store.ts';
