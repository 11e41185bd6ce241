/** What people write first: every poll of a page becomes a question to Atto. Its address is the first argument. */
import express from 'express';

const [atto] = process.argv.slice(2);
const form = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'relay',
  client_secret: 'relay',
  scope: 'directid.consent',
});
const token = await (await fetch(`${atto}/v1/oauth2/token`, { method: 'POST', body: form })).json();
const app = express();
app.get('/:consentId', async (request, response) => {
  const headers = { authorization: `Bearer ${token.accessToken}` };
  const answer = await fetch(`${atto}/consents/v1/${request.params.consentId}`, { headers });
  response.json(await answer.json());
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
