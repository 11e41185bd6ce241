import express, { type Express } from 'express';
import type { RequestLog } from './api/request-log.ts';
import { type ApiDeps, apiRoutes } from './api/routes.ts';
import type { ValidationTokens } from './api/validation-tokens.ts';
import { assetRoutes } from './connect/asset-routes.ts';
import type { Connect } from './connect/connect.ts';
import { hostedPageErrors, hostedPageHeaders, sendPage } from './connect/hosted-page.ts';
import { invitationRoute } from './connect/invitation-route.ts';
import { journeyRoutes } from './connect/journey-routes.ts';
import type { Journeys } from './connect/journeys.ts';
import { launchRoutes } from './connect/launch-routes.ts';
import type { RenewalDeps } from './connect/renewal.ts';
import type { Control } from './control/control.ts';
import { controlRoutes } from './control/control-routes.ts';
import { errorPage } from './pages/endings.ts';

/** Everything the app is made of; createSimulator puts it together. */
export interface AppDeps extends ApiDeps, RenewalDeps {
  connect: Connect;
  journeys: Journeys;
  validationTokens: ValidationTokens;
  requestLog: RequestLog;
  control: Control;
}

/** Control page, API and hosted pages on one server. The control page comes first, so that no fault can spoil it. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(deps.requestLog.middleware);
  app.use('/simulator', controlRoutes(deps.control));
  app.use(apiRoutes(deps));
  app.use(hostedPageHeaders(deps.settings));
  app.use(assetRoutes());
  app.use(launchRoutes(deps));
  app.use(invitationRoute(deps));
  app.use(journeyRoutes(deps));
  app.use((_req, res) => sendPage(res, errorPage('There is no such page.', 'resource_not_found'), 404));
  app.use(hostedPageErrors);
  return app;
}
