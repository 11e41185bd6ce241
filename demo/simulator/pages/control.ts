import type { Consent } from '../consents/consent.ts';
import type { Control } from '../control/control.ts';
import type { InvitationRecord } from '../invitations/invitation.ts';
import type { Delivery } from '../notifications/notifier.ts';
import { type Html, html } from './html.ts';

const shown = 30;

/** The simulator's own page: what happened, and switches. Nothing of this exists at Atto. */
export function controlPage(control: Control): Html {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Control page – Atto Connect (simulator)</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/connect.css">
<link rel="stylesheet" href="/assets/control.css">
</head>
<body class="control-page">
<header class="top"><div class="top-in"><span class="brand">Simulator control page</span>
<form method="post" action="/simulator/reset"><button class="quiet">Forget everything</button></form></div></header>
<main>
<h1>What the simulator has seen</h1>
<p><a href="/simulator">Refresh</a></p>
<section aria-labelledby="consents"><h2 id="consents">Consents</h2>${consentTable(control.consents)}</section>
<section aria-labelledby="invitations"><h2 id="invitations">Outbox: invitations by e-mail</h2>${invitationTable(control.invitations)}</section>
<section aria-labelledby="webhooks"><h2 id="webhooks">Webhooks sent</h2>${deliveryTable(control.deliveries)}</section>
<section aria-labelledby="forge"><h2 id="forge">Forge a webhook</h2>${forgeForm(control)}</section>
<section aria-labelledby="next"><h2 id="next">Next visit to a bank</h2>${nextForms}</section>
<section aria-labelledby="switches"><h2 id="switches">Switches</h2>${switchForm(control)}</section>
<section aria-labelledby="calls"><h2 id="calls">Latest requests</h2>${requestTable(control)}</section>
</main>
</body>
</html>`;
}

function consentTable(consents: readonly Consent[]): Html {
  if (consents.length === 0) return html`<p class="hint">None yet.</p>`;
  const rows = consents.slice(-shown).toReversed();
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="consents"><table>
<thead><tr><th scope="col">Customer reference</th><th scope="col">Bank</th><th scope="col">Status</th><th scope="col">Updated</th><th scope="col">Consent</th><th scope="col">Do</th></tr></thead>
<tbody>${rows.map(
    (consent) => html`<tr>
<td><code>${consent.customerReference}</code></td><td>${consent.providerName}</td>
<td>${consent.consentStatus}${consent.journeyType && html`<br><small>${consent.journeyType}</small>`}</td>
<td>${time(consent.statusUpdated)}</td><td><code>${consent.consentId}</code></td><td>${actions(consent)}</td></tr>`,
  )}</tbody></table></div>`;
}

function actions({ consentId, consentStatus }: Consent): Html | false {
  const button = (action: string, label: string, value?: string) =>
    html`<form method="post" action="/simulator/consents/${consentId}/${action}">${value && html`<input type="hidden" name="value" value="${value}">`}<button>${label}</button></form>`;
  if (consentStatus === 'Pending') return button('abandon', 'Abandon');
  if (consentStatus !== 'Active') return false;
  return html`<div class="buttons">${button('expire', 'Expire')}${button('revoke', 'Revoke at bank')}${button('upcoming-expiration', 'Ends soon')}${button('data', 'Data complete', 'Complete')}</div>`;
}

/** Names and addresses are shown: whoever demonstrates wrote them a moment ago, and nothing here is real. */
function invitationTable(invitations: readonly InvitationRecord[]): Html {
  if (invitations.length === 0)
    return html`<p class="hint">None yet. Clients send them by <code>POST /connect-invitations/v1</code>.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="invitations"><table>
<thead><tr><th scope="col">Customer reference</th><th scope="col">To</th><th scope="col">E-mail</th><th scope="col">Connection</th><th scope="col">Do</th></tr></thead>
<tbody>${invitations.slice(-shown).toReversed().map(invitationRow)}</tbody></table></div>`;
}

function invitationRow({ invitation, emailState, connectionStatus }: InvitationRecord): Html {
  const { invitationId, customerReference, recipientName, recipientEmail, activities } = invitation;
  const button = (action: string, label: string) =>
    html`<form method="post" action="/simulator/invitations/${invitationId}/${action}"><button>${label}</button></form>`;
  return html`<tr><td><code>${customerReference}</code></td><td>${recipientName}<br><small>${recipientEmail}</small></td>
<td>${emailState}<br><small>${activities.map(({ event, eventDate }) => `${time(eventDate)} ${event}`).join(', ')}</small></td>
<td>${connectionStatus}</td><td><div class="buttons">${emailState !== 'Failed' && button('open', 'Open the e-mail')}${emailState !== 'Failed' && button('bounce', 'Bounce it')}</div></td></tr>`;
}

function deliveryTable(deliveries: readonly Delivery[]): Html {
  if (deliveries.length === 0) return html`<p class="hint">None yet. Webhooks go out once a target is set up.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="webhooks"><table>
<thead><tr><th scope="col">Event</th><th scope="col">To</th><th scope="col">Attempts</th><th scope="col">Result</th></tr></thead>
<tbody>${deliveries.slice(-shown).toReversed().map(deliveryRow)}</tbody></table></div>`;
}

function deliveryRow({ body, forged, version, url, attempts, result }: Delivery): Html {
  const answers = attempts.map(({ at, status, problem }) => html`<li>${time(at)} ${status ?? problem}</li>`);
  return html`<tr><td><details><summary>${forged && html`<strong>Forged</strong> `}${version} ${headline(body)}</summary><pre>${JSON.stringify(body, null, 2)}</pre></details></td>
<td><code>${url}</code></td><td><ol>${answers}</ol></td><td>${result}</td></tr>`;
}

function headline(body: Record<string, unknown>): string {
  const about = (typeof body['data'] === 'object' && body['data'] !== null ? body['data'] : body) as Record<
    string,
    unknown
  >;
  const words = [
    about['emailState'],
    about['connectionStatus'] ?? about['consentStatus'] ?? about['providerAuthentication'],
    about['dataAvailability'],
  ];
  return words.filter((word) => typeof word === 'string').join(', ');
}

const outcomes = [
  'success',
  'access_denied',
  'provider_permanent_error',
  'provider_unsupported_feature',
  'customer_cancelled',
  'unexpected_error',
  'abandoned',
];

const nextForms = html`<form method="post" action="/simulator/next" class="inline">
<p><label for="outcome">Ends with</label> <select id="outcome" name="outcome">${outcomes.map((outcome) => html`<option>${outcome}</option>`)}</select></p>
<p><button>Plan this</button></p></form>`;

function switchForm({ settings }: Control): Html {
  const select = (name: 'tokenCasing' | 'errorCasing' | 'coop' | 'validationToken', label: string, values: string[]) =>
    html`<p><label for="${name}">${label}</label><select id="${name}" name="${name}">${values.map((value) => html`<option ${settings[name] === value && 'selected'}>${value}</option>`)}</select></p>`;
  const box = (name: string, on: boolean, label: string) =>
    html`<label><input type="checkbox" name="${name}" value="yes" ${on && 'checked'}> ${label}</label>`;
  const { webhookMischief } = settings;
  return html`<form method="post" action="/simulator/switches">
<div class="columns">
${select('tokenCasing', 'Token answer', ['snake', 'camel'])}
${select('errorCasing', 'Error bodies', ['camel', 'pascal', 'gateway', 'problem'])}
${select('coop', 'Cross-Origin-Opener-Policy', ['off', 'same-origin', 'same-origin-allow-popups'])}
${select('validationToken', 'Validation token', ['on', 'required', 'off'])}
</div>
<fieldset class="boxes"><legend>Answers</legend>
${box('extraFields', settings.extraFields, 'Unknown fields')}
${box('unknownEnumMembers', settings.unknownEnumMembers, 'Unknown enum members')}
${box('consentIdOnError', settings.consentIdOnError, 'consent_id on error redirects')}
${box('errorDescriptions', settings.errorDescriptions, 'error_description on error redirects')}
</fieldset>
<fieldset class="boxes"><legend>Webhooks</legend>
${box('drop', webhookMischief.drop, 'Drop them')}
${box('duplicate', webhookMischief.duplicate, 'Send them twice')}
${box('shuffle', webhookMischief.shuffle, 'Shuffle their order')}
<p class="short"><label for="delaySeconds">Send them later by seconds</label><input id="delaySeconds" name="delaySeconds" type="number" min="0" max="600" step="any" value="${webhookMischief.delayMs / 1000}"></p>
</fieldset>
<p><button class="primary">Apply</button></p></form>`;
}

/** A webhook that Atto would not have sent; the words are the ones that a client might fall for. */
function forgeForm({ consents, invitations, deliveries }: Control): Html {
  const invited = invitations.slice(-shown).toReversed();
  const about = consents.slice(-shown).toReversed();
  const events = deliveries
    .slice(-shown)
    .toReversed()
    .flatMap(({ body }) => eventOf(body) ?? []);
  const select = (name: string, label: string, options: Html) =>
    html`<p><label for="forge-${name}">${label}</label><select id="forge-${name}" name="${name}">${options}</select></p>`;
  const options = (values: readonly string[]) => html`${values.map((value) => html`<option>${value}</option>`)}`;
  return html`<form method="post" action="/simulator/forgeries">
<div class="columns">
${select('kind', 'Kind', html`<option value="consent">v2 Consent</option><option value="consent-v1">v1</option><option value="invitation">v2 Invitation</option>`)}
${select('about', 'About', html`<option value="">something that nobody has</option>${about.map(({ consentId, customerReference, consentStatus }) => html`<option value="${consentId}">${customerReference}, ${consentStatus}</option>`)}${invited.map(({ invitation, emailState }) => html`<option value="${invitation.invitationId}">invitation of ${invitation.customerReference}, ${emailState}</option>`)}`)}
<p><label for="forge-reference">Customer reference</label><input id="forge-reference" name="customerReference" placeholder="as it really is"></p>
${select('status', 'Says', html`<option value="">Active, or in v1 Success</option>${options(['Pending', 'Revoked', 'Abandoned', 'Failed', 'Expired', 'UpcomingExpiration', 'Cancelled', 'Error', 'Nonsense'])}`)}
${select('dataAvailability', 'Data', html`<option value="">none</option>${options(['Partial', 'Complete', 'Processed', 'Error'])}`)}
${select('eventId', 'Event id', html`<option value="">a new one</option>${events.map(({ eventId, words }) => html`<option value="${eventId}">that of: ${words}</option>`)}`)}
${select('bearer', 'Token', html`<option value="right">the right one</option><option value="wrong">a wrong one</option><option value="none">none</option>`)}
</div>
<p><button class="danger">Send the forgery</button></p></form>`;
}

function eventOf(body: Record<string, unknown>): { eventId: string; words: string } | null {
  const { eventId } = body;
  return typeof eventId === 'string' ? { eventId, words: `${headline(body)} (${eventId.slice(0, 8)})` } : null;
}

function requestTable({ requests }: Control): Html {
  const rows = requests.slice(-shown).toReversed();
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="calls"><table>
<thead><tr><th scope="col">At</th><th scope="col">Request</th><th scope="col">Status</th></tr></thead>
<tbody>${rows.map(({ at, method, path, status }) => html`<tr><td>${time(at)}</td><td><code>${method} ${path}</code></td><td>${status || 'none'}</td></tr>`)}</tbody></table></div>`;
}

function time(iso: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(iso)?.[1] ?? iso;
}
