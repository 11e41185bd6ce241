import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { createBff } from '../../bff/src/app.ts';
import { configFromEnvironment } from '../../bff/src/config.ts';
import { BffClient } from '../support/bff-client.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { withPartners } from '../support/partners-file.ts';
import { pipelined } from '../support/pipelined.ts';
import { type BffProcess, bffEnvironment, startBffProcess } from '../support/start-bff.ts';

const MANY = 50;

/** One of fifty: what is theirs, and what they show to get at it. */
interface Tenant {
  readonly journeyId: string;
  readonly handle: string;
  readonly consentId: string;
  readonly invitationId: string;
  /** For what belongs to whom, the token to ask with. */
  readonly tokenFor: (whose: Tenant) => Promise<string>;
}

interface Pair {
  readonly owner: Tenant;
  readonly asker: Tenant;
}

interface Guarded {
  /** Whose tokens and ids are tried against each other. */
  readonly tenants: 'journeys' | 'customers' | 'partners';
  readonly body?: object;
}

/** Every route with an id in its path, and who may use it. */
const guarded: Readonly<Record<string, Guarded>> = {
  'GET /v1/journeys/:journeyId': { tenants: 'journeys' },
  'POST /v1/journeys/:journeyId/return': { tenants: 'journeys', body: { handle: 'A'.repeat(43) } },
  'POST /v1/journeys/:journeyId/launch': { tenants: 'journeys', body: {} },
  'POST /v1/journeys/:journeyId/cancel': { tenants: 'journeys', body: {} },
  'POST /v1/journeys/:journeyId/disconnect': { tenants: 'journeys', body: {} },
  'POST /v1/returns/:handle/resume': { tenants: 'customers', body: {} },
  'GET /v1/consents/:consentId': { tenants: 'customers' },
  'POST /v1/consents/:consentId/disconnect': { tenants: 'customers', body: {} },
  'GET /v1/partner/journeys/:journeyId': { tenants: 'partners' },
  'POST /v1/partner/journeys/:journeyId/tokens': { tenants: 'partners', body: { customer: 'cust-1' } },
  'GET /v1/partner/consents/:consentId': { tenants: 'partners' },
  'GET /v1/partner/invitations/:invitationId': { tenants: 'partners' },
  'POST /v1/partner/consents/:consentId/refresh': { tenants: 'partners', body: {} },
  'POST /v1/partner/consents/:consentId/revoke': { tenants: 'partners', body: {} },
};

/** Routes that ask for no token; each says why it may. */
const exceptions: Readonly<Record<string, string>> = {
  'GET /v1/go/:ticket': 'the ticket is the secret: 256 bits, once, for a minute',
  'GET /v1/return/:partner': 'names a partner, which is public; decides nothing',
  'POST /v1/returns/:handle/disown': 'the handle is the secret; the answer is always the same 204',
};

let atto: OtherAtto;
let bff: BffProcess;
const clients: BffClient[] = [];
const tenants: Record<Guarded['tenants'], Tenant[]> = { journeys: [], customers: [], partners: [] };

before(async () => {
  atto = await OtherAtto.start();
  const ids = Array.from({ length: MANY - 1 }, (_, index) => `partner-${index}`);
  const plain = bffEnvironment(atto, { ATTO_VALIDATION_TOKEN: 'off' });
  const { environment, others } = withPartners(plain, {}, ...ids);
  bff = await startBffProcess(environment);
  const { client } = bff;
  for (let index = 0; index < MANY; index += 1) {
    const customer = `cust-${index}`;
    const journey = await connected(client, await client.launched(customer));
    tenants.journeys.push({ ...journey, tokenFor: async () => journey.journeyToken });
    tenants.customers.push({
      ...(await connected(client, await client.launched(customer))),
      // The partner's server vouches for whatever is asked for: whose it is must not depend on that.
      tokenFor: ({ consentId }) => client.customerToken(customer, { consent_id: consentId }),
    });
    await bff.moveClock(1000);
  }
  const ours = { id: client.credentials.partner, apiKey: plain['PARTNER_API_KEY'] ?? '', ...client.credentials };
  for (const { id: partner, origin, apiKey, signingSecret } of [ours, ...others]) {
    const own = new BffClient(client.url, { ...client.credentials, partner, origin, signingSecret }, bff.now);
    clients.push(own);
    const server = new PartnerServer(() => own, apiKey);
    const { body } = await server.start('cust-1');
    const { body: invitation } = await server.invite('cust-1');
    await own.go(body.launchUrl);
    const journey = await connected(own, body);
    tenants.partners.push({ ...journey, invitationId: invitation.id, tokenFor: async () => apiKey });
    await bff.moveClock(1000);
  }
});

after(async () => {
  for (const client of clients) await client.close();
  await bff.close();
  await atto.close();
});

describe('every route with an id in its path', () => {
  it('is tested here, or is an exception that says why: the router itself names them', async () => {
    const known = [...Object.keys(guarded), ...Object.keys(exceptions)];
    assert.deepEqual((await routesWithIds()).sort(), known.sort());
  });

  for (const [route, { tenants: kind, body }] of Object.entries(guarded)) {
    it(`${route} tells ${MANY} × ${MANY} others the same as of an id that nobody has`, async () => {
      const all = tenants[kind];
      const [nobody = ''] = await ask(
        route,
        [{ owner: { ...theirs(all, 0), ...NOBODY }, asker: theirs(all, 0) }],
        body,
      );
      assert.match(nobody, /^HTTP\/1.1 404 /);
      const pairs = all.flatMap((owner) => all.filter((asker) => asker !== owner).map((asker) => ({ owner, asker })));
      const answers = await ask(route, pairs, body);
      assert.equal(answers.length, MANY * (MANY - 1));
      assert.deepEqual([...new Set(answers)], [nobody]);
    });
  }

  for (const [route, { tenants: kind, body }] of Object.entries(guarded)) {
    it(`${route} is open to whose it is`, async () => {
      const all = tenants[kind];
      const answers = await ask(
        route,
        all.slice(0, 3).map((owner) => ({ owner, asker: owner })),
        body,
      );
      for (const answer of answers) assert.match(answer, /^HTTP\/1.1 (200|201|409) /);
    });
  }
});

describe('lists of the partner’s server', () => {
  for (const list of ['consents', 'events']) {
    it(`have its own ${list} only`, async () => {
      for (const [index, { consentId, invitationId, tokenFor }] of tenants.partners.entries()) {
        if (index === 0) continue;
        const authorization = `Bearer ${await tokenFor(theirs(tenants.partners, index))}`;
        const { text } = await bff.client.call('GET', `/v1/partner/${list}`, { authorization });
        assert.ok(text.includes(consentId));
        if (list === 'events') assert.ok(text.includes(invitationId));
        const others = tenants.partners.filter((other) => other.consentId !== consentId);
        assert.deepEqual(
          others.filter(({ consentId: theirs, journeyId, invitationId: invited }) =>
            [theirs, journeyId, invited].some((id) => text.includes(id)),
          ),
          [],
        );
      }
    });
  }
});

const NOBODY = {
  journeyId: `j_${'A'.repeat(22)}`,
  handle: 'A'.repeat(43),
  consentId: crypto.randomUUID(),
  invitationId: `i_${'A'.repeat(22)}`,
};

/** Everything that an answer says, but for the traceId, the Date and how many requests the address has left. */
async function ask(route: string, pairs: readonly Pair[], body?: object): Promise<string[]> {
  const [method = '', pattern = ''] = route.split(' ');
  const requests = pairs.map(async ({ owner, asker }) => ({
    method,
    path: pattern.replace(/:(\w+)/, (_, name: keyof Tenant) => String(owner[name])),
    headers: { authorization: `Bearer ${await asker.tokenFor(owner)}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }));
  const answers = await pipelined(bff.client.url, await Promise.all(requests));
  return answers.map(({ head, body: text }) => {
    const same = head.replace(/^date: .*$/im, '').replace(/remaining=\d+, reset=\d+/, '');
    return same + text.replace(/"traceId":"[\w-]+"/, '');
  });
}

function theirs(all: readonly Tenant[], index: number): Tenant {
  const tenant = all[index];
  assert.ok(tenant);
  return tenant;
}

/** A connected journey, its consent, and a handle of it that nobody has redeemed. */
async function connected(client: BffClient, journey: StartedJourney) {
  const consent = atto.consent({
    customerReference: journey.reference,
    consentStart: new Date(bff.now()).toISOString(),
  });
  const consentId = String(consent['consentId']);
  atto.consents.set(consentId, consent);
  const raw = { customerRef: journey.reference, state: 'success', consentId };
  const { body, text } = await client.redeem(journey, raw);
  assert.equal(body.status, 'connected', text);
  const handle = await client.handle({ customer_ref: journey.reference, state: 'success', consent_id: consentId });
  return { ...journey, consentId, handle, invitationId: NOBODY.invitationId };
}

/** What Express keeps of a route. */
interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

async function routesWithIds(): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'atto-connect-routes-'));
  const config = configFromEnvironment(bffEnvironment(atto, { DATA_DIR: directory }));
  const router = createBff({ config });
  try {
    return (router.stack as unknown as Layer[]).flatMap(({ route }) =>
      route === undefined || !route.path.includes(':')
        ? []
        : Object.keys(route.methods)
            .filter((method) => method !== '_all')
            .map((method) => `${method.toUpperCase()} ${route.path}`),
    );
  } finally {
    await router.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
