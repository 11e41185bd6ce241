import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt, generateKeyPair } from 'jose';
import type { ConsentFacts } from '../../bff/src/consents/consent-facts.ts';
import type { Journey } from '../../bff/src/journey/journey.ts';
import { Receipts } from '../../bff/src/tokens/receipts.ts';
import type { SigningKeys } from '../../bff/src/tokens/signing-keys.ts';
import { WEBHOOK_TOKEN_SECONDS, WebhookTokens } from '../../bff/src/tokens/webhook-token.ts';

const BFF = 'https://bank.example.com';
const RealDate = Date;

/** A second turns between any two looks at it. */
class RestlessDate extends RealDate {
  static #looks = 0;

  constructor(milliseconds?: number) {
    super(milliseconds ?? RestlessDate.now());
  }

  static override now(): number {
    return RealDate.UTC(2026, 0, 1) + 1000 * RestlessDate.#looks++;
  }
}

describe('a token that is signed while a second turns', () => {
  const keys = async (): Promise<SigningKeys> => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    return {
      algorithm: 'ES256',
      signing: { keyId: 'one', key: privateKey },
      verifying: new Map([['one', publicKey]]),
      publicKeySet: { keys: [] },
    };
  };

  before(() => {
    globalThis.Date = RestlessDate as DateConstructor;
  });

  after(() => {
    globalThis.Date = RealDate;
  });

  it('lives as long as its answer says, if Atto sends webhooks with it', async () => {
    const { iat = 0, exp = 0 } = decodeJwt(await new WebhookTokens(keys, BFF).issue('atto-webhooks'));
    assert.equal(exp - iat, WEBHOOK_TOKEN_SECONDS);
  });

  it('lives for half an hour, if it is a receipt', async () => {
    const journey = { id: 'journey-1', partnerId: 'acme', customer: 'cust-1', reference: 'cust-1' } as Journey;
    const consent = { id: 'consent-1', providerId: '4021' } as ConsentFacts;
    const { iat = 0, exp = 0 } = decodeJwt(await new Receipts(keys, BFF).sign(journey, consent));
    assert.equal(exp - iat, 30 * 60);
  });
});
