import { Router } from 'express';
import type { ValidationTokens } from '../api/validation-tokens.ts';
import { landingPage } from '../pages/landing.ts';
import type { Settings } from '../settings.ts';
import { readForm, sendPage } from './hosted-page.ts';
import { addressOf } from './journey.ts';
import { LaunchError, readLaunch, single } from './launch.ts';
import { openRenewal, type RenewalDeps } from './renewal.ts';

/** What a launch needs. */
export interface LaunchRoutesDeps extends RenewalDeps {
  validationTokens: ValidationTokens;
}

const launchParameters = ['client_id', 'config_id', 'customer_ref', 'provider_id', 'bank_code', 'country_code'];

/** `GET /` is the address a client links to; `POST /launch` receives what its page read from the fragment. */
export function launchRoutes(deps: LaunchRoutesDeps): Router {
  const { settings, connect } = deps;
  const router = Router();

  router.get('/', (req, res) => {
    const query = req.query as Record<string, unknown>;
    const consentId = single(query, 'consent_id');
    if (consentId) return sendPage(res, landingPage({ consent_id: consentId }, true));
    const launch = readLaunch(query, settings);
    const validationToken = single(query, 'validation_token');
    if (settings.validationToken === 'off' || validationToken) {
      checkValidationToken(deps, settings, validationToken);
      return res.redirect(303, addressOf(connect.launch(launch)));
    }
    const given = launchParameters.map((name) => [name, single(query, name)] as const);
    const parameters = Object.fromEntries(given.filter((pair): pair is [string, string] => pair[1] !== undefined));
    sendPage(res, landingPage(parameters, false));
  });

  router.post('/launch', readForm, async (req, res) => {
    const form = (req.body ?? {}) as Record<string, unknown>;
    const consentId = single(form, 'consent_id');
    if (consentId) {
      const journey = await openRenewal(deps, consentId, single(form, 'access_token') ?? '');
      return res.redirect(303, journey.ending?.redirectUrl ?? addressOf(journey));
    }
    const launch = readLaunch(form, settings);
    checkValidationToken(deps, settings, single(form, 'validation_token'));
    res.redirect(303, addressOf(connect.launch(launch)));
  });

  return router;
}

function checkValidationToken(
  { validationTokens }: LaunchRoutesDeps,
  { validationToken: rule }: Settings,
  token: string | undefined,
): void {
  if (rule === 'off' || (rule === 'on' && token === undefined)) return;
  if (token === undefined || !validationTokens.redeem(token)) {
    throw new LaunchError(403, 'unauthorised_client', 'The link that brought you here was used before or is too old.');
  }
}
