import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem } from '../support/assert-problem.ts';
import type { BffClient } from '../support/bff-client.ts';
import { brokenAnswers } from '../support/broken-answers.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';

/** Far more than it takes, also on a machine that has much else to do. */
const PATIENCE_MS = 30_000;

let stage: Stage;
let client: BffClient;

before(async () => {
  stage = await Stage.open();
  ({ client } = stage);
});

after(async () => {
  await stage.close();
});

describe('a return with a consent', () => {
  it('connects the journey, and says with which bank', async () => {
    const journey = await client.launched('cust-1');
    const consent = stage.consent(journey);
    const { status, body, headers } = await stage.claim(journey, consent);
    assert.equal(status, 200);
    assert.equal(body.status, 'connected');
    assert.equal(body.error, undefined);
    assert.deepEqual(body.consent, {
      id: consent['consentId'],
      status: 'Active',
      providerName: 'Larch Valley Savings',
      start: consent['consentStart'],
      end: consent['consentEnd'],
      journeyType: null,
    });
    assert.equal(headers['etag'], (await client.view(journey)).headers['etag']);
  });

  it('connects by Atto’s raw parameters, too', async () => {
    const journey = await client.launched('cust-1');
    const { consentId } = stage.consent(journey);
    const returned = { customerRef: journey.reference, state: 'success', consentId, errorDescription: '' };
    assert.equal((await client.redeem(journey, returned)).body.status, 'connected');
  });

  it('costs Atto one question, however often it is brought', async () => {
    const { journey, consent } = await stage.connected();
    for (let count = 0; count < 3; count += 1)
      assert.equal((await stage.claim(journey, consent)).body.status, 'connected');
    assert.equal(stage.asked(consent), 1);
  });

  it('costs Atto one question, brought twenty times at once', async () => {
    const journey = await client.launched();
    const consent = stage.consent(journey);
    const { consentId } = consent;
    const returned = { customerRef: journey.reference, state: 'success', consentId };
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.redeem(journey, returned)));
    for (const { status } of answers) assert.equal(status, 200);
    assert.equal((await client.view(journey)).body.status, 'connected');
    assert.equal(stage.asked(consent), 1);
  });

  it('is not asked about again once it was refused', async () => {
    const journey = await client.launched();
    const consent = stage.consent(journey, { customerReference: 'cust-8' });
    for (let count = 0; count < 3; count += 1)
      assertProblem(await stage.claim(journey, consent), 409, 'claim_rejected');
    assert.equal(stage.asked(consent), 1);
  });

  it('may be guessed at five times, also at once', async () => {
    const journey = await client.launched();
    const consents = Array.from({ length: 20 }, () => stage.consent({ reference: 'cust-8' }));
    await Promise.all(consents.map((consent) => stage.claim(journey, consent)));
    const asked = consents.reduce((sum, consent) => sum + stage.asked(consent), 0);
    assert.equal(asked, 5);
    const { body } = await client.view(journey);
    assert.equal(body.status, 'failed');
    assert.deepEqual(body.error, {
      code: 'too_many_claims',
      category: 'unexpected',
      retryable: false,
      action: 'contact',
      reference: journey.reference,
    });
  });

  it('closes the journey with the fifth wrong id: nothing opens it again', async () => {
    const journey = await client.launched();
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1)
      statuses.push((await stage.claim(journey, stage.consent({ reference: 'cust-8' }))).status);
    assert.deepEqual(statuses, [409, 409, 409, 409, 200]);
    assertProblem(await stage.claim(journey, stage.consent(journey)), 409, 'claim_rejected');
    assertProblem(await stage.bringError(journey, 'access_denied'), 409, 'claim_rejected');
    assertProblem(await client.launchAgain(journey), 409, 'wrong_state');
    assertProblem(await client.cancel(journey), 409, 'wrong_state');
    assert.equal((await client.view(journey)).body.error?.code, 'too_many_claims');
  });
});

describe('a return with an error', () => {
  const errors = [
    ['customer_cancelled', 'cancelled', 'customer', 'retry'],
    ['access_denied', 'failed', 'denied', 'retry'],
    ['provider_permanent_error', 'failed', 'provider', 'choose-another-bank'],
    ['provider_unsupported_feature', 'failed', 'provider', 'choose-another-bank'],
    ['unexpected_error', 'failed', 'unexpected', 'contact'],
    ['an_error_of_tomorrow', 'failed', 'unexpected', 'contact'],
    ['constructor', 'failed', 'unexpected', 'contact'],
  ] as const;
  for (const [code, status, category, action] of errors) {
    it(`shows at once: ${code}`, async () => {
      const journey = await client.launched('cust-1');
      const asked = stage.atto.heard.length;
      const { body } = await stage.bringError(journey, code);
      assert.equal(body.status, status);
      const retryable = action === 'retry';
      assert.deepEqual(body.error, { code, category, retryable, action, reference: journey.reference });
      assert.equal(stage.atto.heard.length, asked, 'nobody was asked');
    });
  }

  it('shows the same by raw parameters, and never its description', async () => {
    const journey = await client.launched();
    const errorDescription = 'canary-description';
    const returned = { customerRef: journey.reference, state: 'error', error: 'access_denied', errorDescription };
    const answer = await client.redeem(journey, returned);
    assert.equal(answer.body.error?.code, 'access_denied');
    assert.doesNotMatch(answer.text, /canary/);
  });

  it('without a code is unexpected', async () => {
    const journey = await client.launched();
    const { body } = await client.redeem(journey, { customerRef: journey.reference, state: 'error' });
    assert.equal(body.error?.code, 'unexpected_error');
  });

  it('is soft: a later success wins', async () => {
    const journey = await client.launched();
    await stage.bringError(journey, 'access_denied');
    const { body } = await stage.claim(journey, stage.consent(journey));
    assert.equal(body.status, 'connected');
    assert.equal(body.error, undefined);
  });

  it('comes too late after the connection', async () => {
    const { journey } = await stage.connected();
    assertProblem(await stage.bringError(journey, 'access_denied'), 409, 'claim_rejected');
    assert.equal((await client.view(journey)).body.status, 'connected');
  });
});

describe('a consent that came to nothing', () => {
  for (const consentStatus of ['Failed', 'Abandoned', 'Revoked', 'Expired']) {
    it(`fails the journey that it belongs to: ${consentStatus}`, async () => {
      const journey = await client.launched();
      const { body } = await stage.claim(journey, stage.consent(journey, { consentStatus }));
      const code = `consent_${consentStatus.toLowerCase()}`;
      const { reference } = journey;
      assert.equal(body.status, 'failed');
      assert.deepEqual(body.error, { code, category: 'denied', retryable: true, action: 'retry', reference });
    });
  }
});

describe('a claim that waits', { concurrency: 8 }, () => {
  it('connects without a word of the browser, once Atto has made up its mind', async () => {
    const journey = await client.launched();
    const pending = stage.consent(journey, { consentStatus: 'Pending', consentStart: null });
    const returned = await stage.claim(journey, pending);
    stage.change(pending, { consentStatus: 'Active' });
    await until('Atto is asked again', () => stage.asked(pending) === 2, PATIENCE_MS);
    await sleep(300);
    assert.equal(returned.body.status, 'returned');
    assert.equal(returned.body.consent, undefined);
    assert.equal((await client.view(journey)).body.status, 'connected');
  });

  it('is asked about after 1 and 2 more seconds, and not in between', async () => {
    const journey = await client.launched();
    const pending = stage.consent(journey, { consentStatus: 'Pending' });
    await stage.claim(journey, pending);
    await until('Atto is asked three times', () => stage.asked(pending) === 3, PATIENCE_MS);
    const [first = 0, second = 0, third = 0] = stage.askedAt(pending);
    assert.ok(second - first >= 1000 && third - second >= 2000, `${[first, second, third]}`);
  });

  it('turns back when Atto calls it somebody else’s after all', async () => {
    const journey = await client.launched();
    const pending = stage.consent(journey, { consentStatus: 'Pending' });
    const returned = await stage.claim(journey, pending);
    stage.change(pending, { consentStatus: 'Active', customerReference: 'cust-8' });
    const { body } = await stage.next(journey, returned);
    assert.equal(body.status, 'launched');
    assert.equal(body.consent, undefined);
  });

  it('fails when Atto says that it came to nothing', async () => {
    const journey = await client.launched();
    const pending = stage.consent(journey, { consentStatus: 'Pending' });
    const returned = await stage.claim(journey, pending);
    stage.change(pending, { consentStatus: 'Abandoned' });
    const { body } = await stage.next(journey, returned);
    assert.equal(body.error?.code, 'consent_abandoned');
  });

  it('is asked about no more after the customer has said stop', async () => {
    const journey = await client.launched();
    const pending = stage.consent(journey, { consentStatus: 'Pending' });
    await stage.claim(journey, pending);
    await client.cancel(journey);
    stage.change(pending, { consentStatus: 'Active' });
    await sleep(1600);
    assert.equal(stage.asked(pending), 1);
    assert.equal((await client.view(journey)).body.status, 'cancelled');
  });

  it('does not undo a stop that was said while Atto was being asked', async () => {
    const journey = await client.launched();
    const pending = stage.consent(journey, { consentStatus: 'Pending' });
    const answering = Promise.withResolvers<void>();
    stage.atto.instead(`/consents/v1/${pending['consentId']}`, (request, response) => {
      answering.promise.then(() => brokenAnswers.json(200, pending)(request, response)).catch(() => {});
    });
    const claim = stage.claim(journey, pending);
    await until('Atto is asked', () => stage.asked(pending) === 1, PATIENCE_MS);
    await client.cancel(journey);
    answering.resolve();
    await claim;
    assert.equal((await client.view(journey)).body.status, 'cancelled');
    await sleep(1300);
    assert.equal(stage.asked(pending), 1);
  });

  it('shows an error that came back meanwhile, until it is decided', async () => {
    const journey = await client.launched();
    const pending = stage.consent(journey, { consentStatus: 'Pending' });
    await stage.claim(journey, pending);
    const failed = await stage.bringError(journey, 'access_denied');
    await until('Atto is asked again', () => stage.asked(pending) >= 2, PATIENCE_MS);
    await sleep(300);
    const still = await client.view(journey);
    stage.change(pending, { consentStatus: 'Active' });
    const { body } = await stage.next(journey, still);
    assert.equal(failed.body.status, 'failed');
    assert.equal(still.body.status, 'failed');
    assert.equal(body.status, 'connected');
  });
});
