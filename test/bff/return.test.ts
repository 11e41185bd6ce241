import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertPage } from '../support/assert-page.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { BffClient, ReturnParameters } from '../support/bff-client.ts';
import { Stage } from '../support/stage.ts';

const PAGE = 'https://shop.acme.example/done';
const REGISTERED = new RegExp(`^${PAGE}#atto_return=[\\w-]{43}$`);

let stage: Stage;
let client: BffClient;

before(async () => {
  stage = await Stage.open();
  ({ client } = stage);
});

after(async () => {
  await stage.close();
});

describe('GET /v1/return/{partner}', () => {
  it('hands the browser on to the partner’s page, with a handle in the fragment', async () => {
    const { reference } = await client.launched();
    const { status, headers, text } = await client.comeBack({
      customer_ref: reference,
      state: 'success',
      consent_id: 'x',
    });
    assert.equal(status, 303);
    assert.match(headers['location'] ?? '', REGISTERED);
    assert.equal(text, '');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['referrer-policy'], 'no-referrer');
  });

  it('keeps the query of the registered page', async () => {
    const { body } = await client.start({ returnTo: 'app' }, undefined, { origin: 'https://app.acme.example' });
    const { headers } = await client.comeBack({ customer_ref: body.reference, state: 'success', consent_id: 'x' });
    assert.match(headers['location'] ?? '', /^https:\/\/app\.acme\.example\/back\?tab=bank#atto_return=[\w-]{43}$/);
  });

  it('gives every return a handle of its own', async () => {
    const { reference } = await client.launched();
    const returned = { customer_ref: reference, state: 'success', consent_id: 'x' };
    const handles = await Promise.all(Array.from({ length: 20 }, () => client.handle(returned)));
    assert.equal(new Set(handles).size, 20);
  });

  it('decides nothing and asks nobody', async () => {
    const journey = await client.launched();
    const { consentId } = stage.consent(journey);
    const asked = stage.atto.heard.length;
    const { body: before } = await client.view(journey);
    for (const state of ['success', 'error'])
      await client.comeBack({ customer_ref: journey.reference, state, consent_id: String(consentId) });
    assert.deepEqual((await client.view(journey)).body, before);
    assert.equal(stage.atto.heard.length, asked);
  });

  it('answers for a reference that nobody has as for one that somebody has', async () => {
    const { reference } = await client.launched();
    const answers = [];
    for (const customer_ref of [reference, 'cust-1.AAAAAAAAAAAAAAAAAAAAAA', '', undefined, 'x'.repeat(4000)])
      answers.push(await client.comeBack({ customer_ref, state: 'success', consent_id: 'x' }));
    const shapes = answers.map(({ status, headers, text }) => {
      const { location, date: _date, ratelimit: _limit, ...rest } = headers;
      return JSON.stringify({ status, location: location?.replace(/=.*/, ''), rest, text });
    });
    assert.equal(new Set(shapes).size, 1, shapes.join('\n'));
  });

  const hostile: Record<string, ReturnParameters> = {
    'a reference that is an address': { customer_ref: 'https://evil.example' },
    'a reference that ends the header': { customer_ref: 'x\r\nLocation: https://evil.example' },
    'a return URL': {
      return_url: 'https://evil.example',
      returnTo: 'https://evil.example',
      redirect_uri: '//evil.example',
    },
    'an error that is an address': { state: 'error', error: '//evil.example' },
    'an error that is a script': { state: 'error', error: 'javascript:alert(1)', error_description: '<script>' },
    'a consent id that is a fragment': { state: 'success', consent_id: '#atto_return=x' },
    'a state that is an address': { state: 'https:\\evil.example' },
    'a page of another name': { returnTo: 'app' },
    'everything twice': { customer_ref: ['a', 'b'], state: ['success', 'error'], consent_id: ['x', 'y'] },
    'an array by its brackets': { 'customer_ref[]': 'x', 'state[0]': 'success' },
    'a prototype': { __proto__: 'x', constructor: 'x', 'customer_ref[__proto__]': 'x' } as ReturnParameters,
    nothing: {},
  };
  for (const [what, parameters] of Object.entries(hostile)) {
    it(`leads to a registered page and nowhere else, with ${what}`, async () => {
      const { reference } = await client.launched();
      const { status, headers } = await client.comeBack({ customer_ref: reference, state: 'success', ...parameters });
      assert.equal(status, 303);
      assert.match(headers['location'] ?? '', REGISTERED);
    });
  }

  for (const query of ['%', '%zz=%', '&&&=', 'customer_ref=%ff%fe&state=success', `x=${'y'.repeat(10_000)}`]) {
    it(`leads there with the query ${query.slice(0, 40)}`, async () => {
      const { status, headers } = await client.call('GET', `/v1/return/acme?${query}`);
      assert.equal(status, 303);
      assert.match(headers['location'] ?? '', REGISTERED);
    });
  }

  for (const partner of ['other', 'ACME', 'acme%20', 'acme%00', '__proto__', 'constructor', '%3Cscript%3E']) {
    it(`is a page without a way on for the partner "${partner}"`, async () => {
      const answer = await client.call('GET', `/v1/return/${partner}?customer_ref=x&state=success`);
      assertPage(answer, 404);
      assert.doesNotMatch(answer.text, /href|acme|script/i);
    });
  }

  it('records nothing for HEAD', async () => {
    const { status, headers } = await client.call('HEAD', '/v1/return/acme?customer_ref=x&state=success');
    assert.equal(status, 204);
    assert.equal(headers['location'], undefined);
  });

  it('is not for posting', async () => {
    const answer = await client.call('POST', '/v1/return/acme?customer_ref=x&state=success');
    assertProblem(answer, 405, 'method_not_allowed');
  });
});
