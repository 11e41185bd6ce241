import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { LaunchError } from '../connect/launch.ts';
import type { Consent } from '../consents/consent.ts';
import { controlPage } from '../pages/control.ts';
import { emailPage } from '../pages/email.ts';
import type { Html } from '../pages/html.ts';
import type { Control } from './control.ts';

const anObject = z.record(z.string(), z.unknown());
const dataValue = z.enum(['Error', 'Partial', 'Complete', 'Processed']).nullable();
const switches = z.object({
  errorCasing: z.string(),
  tokenCasing: z.string(),
  coop: z.string(),
  validationToken: z.string(),
});

/**
 * The simulator's own controls, no part of Atto: a page for people, and JSON so that another process can do all that
 * the object's methods do. Forms on the page post to the same addresses and come back to it.
 */
export function controlRoutes(control: Control): Router {
  const router = Router();
  router.use(refuseOtherSites, express.json({ limit: '100kb' }), express.urlencoded({ extended: false }));

  router.get('/', (_req, res) => {
    sendHtml(res, controlPage(control));
  });
  router.get('/consents', (_req, res) => void res.json(control.consents));
  router.get('/invitations', (_req, res) => void res.json(control.invitations));
  router.get('/deliveries', (_req, res) => void res.json(control.deliveries));
  router.get('/requests', (_req, res) => void res.json(control.requests));

  router.post(
    '/next',
    does((body) => control.next(body)),
  );
  router.post(
    '/faults',
    does((body) => control.fault(body)),
  );
  router.post(
    '/settings',
    does((body) => control.configure(body)),
  );
  router.post(
    '/switches',
    does((body) => control.configure(readSwitches(body))),
  );
  router.post(
    '/notifications',
    does((body) => control.sendNotification(anObject.parse(body))),
  );
  router.post(
    '/forgeries',
    does((body) => control.forge(withoutEmpty(body))),
  );
  router.post(
    '/forget-access-tokens',
    does(() => control.forgetAccessTokens()),
  );
  router.post(
    '/reset',
    does(() => control.reset()),
  );

  router.post('/journeys', async (req, res) => void res.json(await control.completeJourney(req.body)));
  router.post('/renewals', async (req, res) => void res.json(await control.completeRenewal(req.body)));

  router.post('/acceptances', async (req, res) => void res.json(await control.acceptInvitation(req.body)));

  router.post('/consents', (req, res) => void res.status(201).json(control.addConsent(anObject.parse(req.body ?? {}))));
  router.patch('/consents/:id', knownConsent, (req: Params, res) => {
    res.json(control.editConsent(req.params.id, anObject.parse(req.body) as Partial<Consent>));
  });
  const consentAction = (name: string, act: (id: string, body: Record<string, unknown>) => void) =>
    router.post(`/consents/:id/${name}`, knownConsent, (req: Params, res, next) =>
      does((body) => act(req.params.id, anObject.parse(body)))(req, res, next),
    );
  consentAction('data', (id, body) => control.setDataAvailability(id, dataValue.parse(body['value'])));
  consentAction('abandon', (id) => control.abandon(id));
  consentAction('expire', (id) => control.expire(id));
  consentAction('revoke', (id) => control.revoke(id));
  consentAction('upcoming-expiration', (id) => control.announceUpcomingExpiration(id));

  router.post('/invitations/:id/open', knownInvitation, (req: Params, res, next) => {
    const page = `/simulator/invitations/${req.params.id}`;
    does(() => control.openEmail(req.params.id), page)(req, res, next);
  });
  router.get('/invitations/:id', knownInvitation, (req: Params, res) => {
    const record = control.invitations.find(({ invitation }) => invitation.invitationId === req.params.id);
    const { clientName } = control.settings.configurations[record?.configId ?? ''] ?? { clientName: '' };
    if (record) sendHtml(res, emailPage(record, clientName));
  });
  router.post('/invitations/:id/bounce', knownInvitation, (req: Params, res, next) =>
    does(() => control.bounceEmail(req.params.id))(req, res, next),
  );

  router.use((_req, res) => void res.status(404).json({ error: 'the simulator has no such control' }));
  router.use(answerError);
  return router;

  function knownConsent(...[req, res, next]: Parameters<RequestHandler<{ id: string }>>): void {
    const wanted = req.params.id.toLowerCase();
    if (control.consents.some(({ consentId }) => consentId.toLowerCase() === wanted)) next();
    else res.status(404).json({ error: 'there is no such consent' });
  }

  function knownInvitation(...[req, res, next]: Parameters<RequestHandler<{ id: string }>>): void {
    if (control.invitations.some(({ invitation }) => invitation.invitationId === req.params.id)) next();
    else res.status(404).json({ error: 'there is no such invitation' });
  }
}

type Params = express.Request<{ id: string }>;

function sendHtml(res: express.Response, page: Html): void {
  res.set({ 'Cache-Control': 'no-store', 'X-Frame-Options': 'DENY', 'Referrer-Policy': 'no-referrer' });
  res.type('html').send(page.text);
}

/** Runs `work` and answers 204, or goes to a page, the control page by default, when a form asked. */
function does(work: (body: unknown) => void, page = '/simulator'): RequestHandler<Record<string, string>> {
  return (req, res) => {
    work(req.body ?? {});
    if (req.is('application/x-www-form-urlencoded')) res.redirect(303, page);
    else res.status(204).end();
  };
}

/** A form has no booleans: a switch that is off is simply missing. */
function readSwitches(body: unknown): Record<string, unknown> {
  const form = anObject.parse(body);
  const on = (name: string) => form[name] === 'yes';
  return {
    ...switches.parse(form),
    extraFields: on('extraFields'),
    unknownEnumMembers: on('unknownEnumMembers'),
    consentIdOnError: on('consentIdOnError'),
    errorDescriptions: on('errorDescriptions'),
    webhookMischief: {
      drop: on('drop'),
      duplicate: on('duplicate'),
      shuffle: on('shuffle'),
      delayMs: Number(form['delaySeconds'] ?? 0) * 1000,
    },
  };
}

/** In a form, what is not chosen is an empty text. */
function withoutEmpty(body: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(anObject.parse(body)).filter(([, value]) => value !== ''));
}

/** A page of another site must not be able to press these buttons in the developer's browser. */
const refuseOtherSites: RequestHandler = (req, res, next) => {
  const site = req.get('sec-fetch-site');
  if (req.method === 'GET' || site === undefined || site === 'same-origin' || site === 'none') return next();
  res.status(403).json({ error: 'the controls are for this page and for programs' });
};

const answerError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) return next(error);
  if (error instanceof z.ZodError) return void res.status(400).json({ error: z.prettifyError(error) });
  if (error instanceof LaunchError) return void res.status(error.status).json({ error: error.message });
  res.status(400).json({ error: error instanceof Error ? error.message : 'the request cannot be read' });
};
