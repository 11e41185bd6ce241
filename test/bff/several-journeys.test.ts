/** A page may have several journeys of one reference under way: it tries what came back on one after the other. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { ClockedStage } from '../support/clocked-stage.ts';
import type { Consent } from '../support/other-atto.ts';

const DAY_MS = 86_400_000;

describe('a return that is tried on another journey first', () => {
  let stage: ClockedStage;

  before(async () => {
    stage = await ClockedStage.open({ PARTNER_REFERENCE: 'exact' });
  });
  after(() => stage.close());

  it('connects its own afterwards: two renewals', async () => {
    const [one, other] = [await ending(), await ending()];
    const [ofOne, ofOther] = [await renewal(one), await renewal(other)];
    const handle = await renewed(other);
    assert.equal((await stage.client.redeem(ofOne, { handle })).status, 409);
    assert.equal((await stage.client.redeem(ofOther, { handle })).body.status, 'connected');
    assert.notEqual((await stage.client.redeem(ofOne, { handle })).body.status, 'connected', 'and no other any more');
  });

  it('connects its own afterwards: a second bank beside a renewal', async () => {
    const consent = await ending();
    const renewing = await renewal(consent);
    const fresh = await stage.client.launched('42');
    const handle = await renewed(consent);
    assert.equal((await stage.client.redeem(fresh, { handle })).status, 409);
    assert.equal((await stage.client.redeem(renewing, { handle })).body.status, 'connected');
  });

  async function ending(): Promise<Consent> {
    return (await stage.connected('42', { consentEnd: inDays(5) })).consent;
  }

  async function renewal({ consentId }: Consent): Promise<StartedJourney> {
    const token = await stage.client.customerToken('42', { consent_id: consentId });
    const { body } = await stage.client.start({ consentId }, token);
    await stage.client.go(body.launchUrl);
    return body;
  }

  /** Renewed at Atto, and the browser is back. */
  function renewed(consent: Consent): Promise<string> {
    const statusUpdated = new Date(stage.bff.now()).toISOString();
    const { consentId } = stage.change(consent, { statusUpdated, consentEnd: inDays(90) });
    return stage.client.handle({ customer_ref: '42', state: 'success', consent_id: String(consentId) });
  }

  function inDays(days: number): string {
    return new Date(stage.bff.now() + days * DAY_MS).toISOString();
  }
});
