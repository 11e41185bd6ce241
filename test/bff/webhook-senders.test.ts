import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import * as oauth from 'oauth4webapi';
import { OtherAtto } from '../support/other-atto.ts';
import { startTestBff, type TestBff } from '../support/start-bff.ts';

const run = promisify(execFile);

/** The body of the documentation's "Example webhook POST request". */
const DOCUMENTED_V1 = `{
"consentId": "207e50aa-72c0-11eb-9439-0242ac130002",
"applicationId": "26e667b6-72c0-11eb-9439-0242ac130002",
"customerReference": "defaultuser",
"providerAuthentication": "Success",
"dataAvailability": "Complete",
"paymentConfirmation": null,
"reauthentication": false,
"errorMessage": null
}`;

describe('whoever sends webhooks as the documentation says', () => {
  let atto: OtherAtto;
  let bff: TestBff;

  before(async () => {
    atto = await OtherAtto.start();
    bff = await startTestBff(atto);
  });
  after(async () => {
    await bff.close();
    await atto.close();
  });

  /** curl, with the arguments as they are printed; the status is written behind the body. */
  async function curl(...printed: string[]): Promise<{ status: number; body: string }> {
    const { stdout } = await run('curl', ['--silent', '--write-out', '\n%{http_code}', ...printed]);
    const cut = stdout.lastIndexOf('\n');
    return { status: Number(stdout.slice(cut + 1)), body: stdout.slice(0, cut) };
  }

  it('gets a token and delivers by the printed curl commands', async () => {
    const { webhookClientId, webhookClientSecret } = bff.client.credentials;
    const encodedCredentials = Buffer.from(`${webhookClientId}:${webhookClientSecret}`).toString('base64');
    const token = await curl(
      ...['--location', '-g', '--request', 'POST', `${bff.client.url}/v1/oauth2/token`],
      ...['--header', `Authorization: Basic ${encodedCredentials}`],
      ...['--header', 'Content-Type: application/x-www-form-urlencoded'],
      ...['--data-urlencode', 'grant_type=client_credentials'],
      ...['--data-urlencode', 'scope=[Optional Scope]'],
    );
    assert.equal(token.status, 200, token.body);
    const { access_token: accessToken, token_type: type, expires_in: seconds } = JSON.parse(token.body);
    assert.deepEqual([type.toLowerCase(), Number.isInteger(seconds)], ['bearer', true]);
    const delivered = await curl(
      ...['--location', '-g', '--request', 'POST', `${bff.client.url}/v1/webhooks/atto`],
      ...['--header', `Authorization: Bearer ${accessToken}`],
      ...['--header', 'Content-Type: application/json'],
      ...['--data-raw', DOCUMENTED_V1],
    );
    assert.ok(delivered.status >= 200 && delivered.status < 300, `${delivered.status} ${delivered.body}`);
  });

  it('gets a token by an OAuth client library that is not ours, and delivers with it', async () => {
    const { url, credentials } = bff.client;
    const server: oauth.AuthorizationServer = { issuer: url, token_endpoint: `${url}/v1/oauth2/token` };
    const client: oauth.Client = { client_id: credentials.webhookClientId };
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(credentials.webhookClientSecret),
      new URLSearchParams({ scope: 'webhooks' }),
      { [oauth.allowInsecureRequests]: true },
    );
    const { access_token: accessToken } = await oauth.processClientCredentialsResponse(server, client, response);
    const delivered = await oauth.protectedResourceRequest(
      accessToken,
      'POST',
      new URL(`${url}/v1/webhooks/atto`),
      new Headers({ 'content-type': 'application/json' }),
      DOCUMENTED_V1,
      { [oauth.allowInsecureRequests]: true },
    );
    assert.equal(delivered.status, 204);
  });

  it('is told by the same library that a wrong secret is an invalid client', async () => {
    const { url, credentials } = bff.client;
    const server: oauth.AuthorizationServer = { issuer: url, token_endpoint: `${url}/v1/oauth2/token` };
    const client: oauth.Client = { client_id: credentials.webhookClientId };
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic('wrong'),
      new URLSearchParams(),
      { [oauth.allowInsecureRequests]: true },
    );
    // The library reads the challenge of the 401 before it looks at the body.
    await assert.rejects(oauth.processClientCredentialsResponse(server, client, response), (error: unknown) => {
      assert.ok(error instanceof oauth.WWWAuthenticateChallengeError);
      assert.equal(error.cause[0]?.scheme, 'basic');
      return true;
    });
  });
});
