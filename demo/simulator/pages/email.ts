import type { InvitationRecord } from '../invitations/invitation.ts';
import { type Html, html } from './html.ts';

/** The e-mail of an invitation, as its recipient would read it. It never left this machine. */
export function emailPage({ invitation, linkToken }: InvitationRecord, clientName: string): Html {
  const { recipientName, recipientEmail, invitationCreated } = invitation;
  const subject = `${clientName} invites you to connect your bank`;
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${subject} – E-mail (simulator)</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/connect.css">
</head>
<body class="connect-page">
<header class="top"><div class="top-in"><span class="brand">E-mail <small>simulator</small></span><a href="/simulator">Control page</a></div></header>
<main>
<h1>${subject}</h1>
<dl class="facts">
<div><dt>To</dt><dd>${recipientName} &lt;${recipientEmail}&gt;</dd></div>
<div><dt>Sent</dt><dd>${invitationCreated.slice(0, 16).replace('T', ' ')} UTC</dd></div>
</dl>
<p class="lead">Dear ${recipientName},</p>
<p>${clientName} would like to see your bank data. You choose your bank, agree to what is shared and log in there; it takes a few minutes, and you can stop it at any time.</p>
<p class="actions"><a class="button primary" href="/invitation/${linkToken}">Connect your bank</a></p>
</main>
<footer><p>This is a simulator: no e-mail was sent.</p></footer>
</body>
</html>`;
}
