import { type Request, type Response, Router } from 'express';
import type { Bank } from '../banks.ts';
import { accountTypePage } from '../pages/account-type.ts';
import { accountsPage, knownAccounts } from '../pages/accounts.ts';
import { chooseBankPage } from '../pages/choose-bank.ts';
import { consentPage } from '../pages/consent.ts';
import { abandonedPage, endedPage, errorPage, successPage } from '../pages/endings.ts';
import type { Page } from '../pages/layout.ts';
import { loginPage } from '../pages/login.ts';
import { disconnectPage, reauthenticatePage, reconfirmPage } from '../pages/renewal.ts';
import { waitingPage } from '../pages/waiting.ts';
import type { Settings } from '../settings.ts';
import type { Connect } from './connect.ts';
import { readForm, sendPage } from './hosted-page.ts';
import { addressOf, type Journey, mayShow, type Step } from './journey.ts';
import type { Journeys } from './journeys.ts';
import { readWish } from './login-form.ts';
import { termsFor } from './terms.ts';

type Form = Record<string, unknown>;
/** Does what a form asks. A page instead of nothing means "not yet": it is shown and the journey stays. */
type Act = (journey: Journey, form: Form) => Page | undefined;

/** The hosted pages: every step is a GET that shows it and a POST that takes its form. */
export function journeyRoutes(deps: { connect: Connect; journeys: Journeys; settings: Settings }): Router {
  const { connect, journeys, settings } = deps;
  const router = Router();

  const withJourney = (req: Request<{ id: string }>, res: Response, use: (journey: Journey) => void) => {
    const journey = journeys.find(req.params.id);
    if (journey) return use(journey);
    sendPage(res, errorPage('This session has ended.', 'session_not_found'), 404);
  };

  const show = (step: Step, page: (journey: Journey, req: Request) => Page, path: string = step) =>
    router.get(`/journey/:id/${path}`, (req, res) =>
      withJourney(req, res, (journey) => {
        if (mayShow(journey, step)) sendPage(res, page(journey, req));
        else res.redirect(303, addressOf(journey));
      }),
    );

  const take = (step: Step, act: Act, path: string = step) =>
    router.post(`/journey/:id/${path}`, readForm, (req, res) =>
      withJourney(req, res, (journey) => {
        const page = mayShow(journey, step) ? act(journey, (req.body ?? {}) as Form) : undefined;
        if (page) sendPage(res, page);
        else goOn(res, journey);
      }),
    );

  show('bank', (journey, { query }) => {
    const country = text(query['country']) || journey.configuration.defaultCountry;
    const words = text(query['search']);
    const searched = 'search' in query || 'country' in query;
    return chooseBankPage(journey, {
      country,
      words,
      found: searched ? connect.search(journey, country, words) : null,
    });
  });
  take('bank', (journey, form) => {
    connect.chooseBank(journey, Number(text(form['provider_id'])));
    return undefined;
  });

  show('account-type', (journey) => accountTypePage(journey, bankOf(journey)));
  take('account-type', (journey, form) => {
    const type = form['account_type'];
    if (type === 'Personal' || type === 'Business') connect.chooseAccountType(journey, type);
    return undefined;
  });

  show('consent', (journey, req) => consentPage(journey, bankOf(journey), termsFor(req, journey.configuration.terms)));
  take('consent', agree);

  show('login', (journey) => loginPage(journey, bankOf(journey)));
  take('login', (journey, form) =>
    connect.logIn(journey, readWish(form)) === 'abandoned' ? abandonedPage() : undefined,
  );

  router.get('/journey/:id/waiting', (req, res) =>
    withJourney(req, res, (journey) => {
      if (connect.bankAnswers(journey) > 0) sendPage(res, waitingPage(journey, bankOf(journey)));
      else goOn(res, journey);
    }),
  );

  show('accounts', (journey) => accountsPage(journey, bankOf(journey), false));
  take('accounts', (journey, form) => {
    const accounts = knownAccounts([form['account']].flat().map(text));
    if (accounts.length === 0) return accountsPage(journey, bankOf(journey), true);
    connect.chooseAccounts(journey, accounts);
    return undefined;
  });

  show('reauthenticate', (journey) => reauthenticatePage(journey, bankOf(journey)));
  take('reauthenticate', agree);
  show('reconfirm', (journey) => reconfirmPage(journey, bankOf(journey)));
  take('reconfirm', agree);
  show('reconfirm', (journey) => disconnectPage(journey, bankOf(journey)), 'disconnect');
  take('reconfirm', disconnect, 'disconnect');

  show('success', (journey) => successPage(journey, bankOf(journey), endingOf(journey), settings.successPageSeconds));
  show('ended', (journey) => endedPage(journey, endingOf(journey)));

  router.post('/journey/:id/cancel', (req, res) =>
    withJourney(req, res, (journey) => {
      connect.cancel(journey);
      goOn(res, journey);
    }),
  );

  function agree(journey: Journey): undefined {
    connect.agree(journey);
  }

  function disconnect(journey: Journey): undefined {
    connect.disconnect(journey);
  }

  return router;
}

/** To the next page; a journey that did not connect goes straight back to the client, where there is somewhere to go. */
function goOn(res: Response, journey: Journey): void {
  const { ending } = journey;
  const straightBack = ending !== null && ending.result !== 'connected' ? ending.redirectUrl : null;
  res.redirect(303, straightBack ?? addressOf(journey));
}

function bankOf({ bank }: Journey): Bank {
  if (!bank) throw new Error('this page is shown after a bank was chosen');
  return bank;
}

function endingOf({ ending }: Journey) {
  if (!ending) throw new Error('this page is shown after the end');
  return ending;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
