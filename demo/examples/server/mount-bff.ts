// #region readme
import { type Bff, configFromEnvironment, createBff, type Identify } from '@atto-connect/bff';
import type { Express } from 'express';

/** Puts the bff below a path of your app, with which its `PUBLIC_URL` ends. To be called before any body parser is used. */
export function mountBff(app: Express, customerOf: Identify): Bff {
  const bff = createBff({ config: configFromEnvironment(process.env), identify: customerOf });
  app.use('/bank', bff);
  return bff;
}
// #endregion
