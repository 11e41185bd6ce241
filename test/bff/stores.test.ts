import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { newConsent } from '../../bff/src/consents/consent-record.ts';
import { type Invitation, newInvitation } from '../../bff/src/invitations/invitation.ts';
import type { Journey } from '../../bff/src/journey/journey.ts';
import {
  partnerEventOfJourney,
  partnerEventsOfConsent,
  partnerEventsOfInvitation,
} from '../../bff/src/partner-events/partner-event.ts';
import { PostgresStore } from '../../bff/src/stores/postgres-store.ts';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';
import type { Store, StoredReturn } from '../../bff/src/stores/store.ts';
import { startPostgres } from '../support/postgres.ts';

/** One suite, run on every store: what the port promises, both keep. */
interface Engine {
  name: string;
  /** A store on the same data each time it is called. */
  open(): Promise<Store>;
  close(): Promise<void>;
}

async function sqlite(): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), 'atto-store-'));
  return {
    name: 'SQLite',
    open: async () => new SqliteStore(directory, TOLD),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

async function postgres(): Promise<Engine> {
  const server = await startPostgres();
  return {
    name: 'PostgreSQL',
    open: async () => new PostgresStore(server.url, pino({ level: 'silent' }), TOLD),
    close: () => server.close(),
  };
}

/** Partners whose events are delivered. */
const TOLD = new Set(['told', 'told-too']);
const NOW = 1_700_000_000_000;
let count = 0;

function journey(changes: Partial<Journey> = {}): Journey {
  count += 1;
  return {
    id: `j_${count}`,
    partnerId: 'acme',
    customer: 'cust-1',
    reference: `cust-1.${count}`,
    kind: 'connect',
    parameters: {
      configId: null,
      providerId: null,
      bankCode: null,
      countryCode: null,
      locale: null,
      returnTo: 'main',
    },
    status: 'created',
    dataAvailability: null,
    consent: null,
    error: null,
    claims: [],
    binding: 'none',
    receipt: null,
    renewal: null,
    ticket: { hash: `ticket-${count}`, expiresAt: NOW + 60_000, used: false },
    launchedAt: null,
    createdAt: NOW,
    expiresAt: NOW + 3_600_000,
    updatedAt: NOW,
    version: 1,
    revision: 1,
    ...changes,
  };
}

function invitation(changes: Partial<Invitation> = {}): Invitation {
  count += 1;
  const owner = { partnerId: 'acme', customer: 'cust-1', reference: `cust-1.i${count}` };
  return { ...newInvitation(`i_${count}`, owner, NOW), ...changes };
}

function returned(changes: Partial<StoredReturn> = {}): StoredReturn {
  count += 1;
  return {
    handleHash: `handle-${count}`,
    partnerId: 'acme',
    reference: 'cust-1.x',
    outcome: { state: 'success', error: null, consentId: 'c-1' },
    createdAt: NOW,
    expiresAt: NOW + 600_000,
    cookieHash: 'cookie',
    redeemedBy: null,
    ...changes,
  };
}

for (const make of [sqlite, postgres]) {
  describe(`the store on ${make.name === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`, () => {
    let engine: Engine;
    let store: Store;

    before(async () => {
      engine = await make();
      store = await engine.open();
    });
    after(async () => {
      await store.close();
      await engine.close();
    });

    async function stored(changes: Partial<Journey> = {}): Promise<Journey> {
      const made = journey(changes);
      await store.createJourney(made, `token-${made.id}`, [partnerEventOfJourney(made)]);
      return made;
    }

    it('gives a journey back as it was', async () => {
      const made = await stored();
      assert.deepEqual(await store.journey(made.id), made);
      assert.equal(await store.journey('j_unknown'), null);
    });

    it('finds a journey by every token that it was given', async () => {
      const made = await stored();
      await store.addToken(made.id, `second-${made.id}`);
      assert.deepEqual(await store.journeyByToken(`token-${made.id}`), made);
      assert.deepEqual(await store.journeyByToken(`second-${made.id}`), made);
      assert.equal(await store.journeyByToken('unknown'), null);
    });

    it('finds a journey by its ticket, its reference (newest first) and its consent', async () => {
      const one = await stored({ reference: 'shared' });
      const two = await stored({ reference: 'shared' });
      const facts = newFacts('c-by-consent');
      await store.replaceJourney({ ...two, status: 'connected', consent: facts }, []);
      assert.equal((await store.journeyByTicket(one.ticket?.hash ?? ''))?.id, one.id);
      assert.deepEqual(
        (await store.journeysByReference('shared')).map(({ id }) => id),
        [two.id, one.id],
      );
      assert.deepEqual(
        (await store.journeysByConsent('c-by-consent')).map(({ id }) => id),
        [two.id],
      );
    });

    it('replaces a journey only where nobody else has', async () => {
      const made = await stored();
      const first = await store.replaceJourney({ ...made, status: 'launched' }, []);
      assert.equal(first?.revision, 2);
      assert.equal(await store.replaceJourney({ ...made, status: 'cancelled' }, []), null);
      assert.equal((await store.journey(made.id))?.status, 'launched');
    });

    it('lets one of many win who replace a journey at the same time', async () => {
      const made = await stored();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) => store.replaceJourney({ ...made, updatedAt: NOW + n }, [])),
      );
      assert.equal(results.filter((result) => result !== null).length, 1);
    });

    it('lists journeys that are due, earliest first, and no ended ones', async () => {
      const late = await stored({ expiresAt: 2000 });
      const early = await stored({ expiresAt: 1000 });
      await stored({ expiresAt: 1500, status: 'expired' });
      const due = await store.dueJourneys(2000, 10);
      assert.deepEqual(
        due.map(({ id }) => id),
        [early.id, late.id],
      );
      assert.deepEqual(
        (await store.dueJourneys(2000, 1)).map(({ id }) => id),
        [early.id],
      );
      assert.deepEqual(await store.dueJourneys(999, 10), []);
    });

    it('keeps a return and lets one journey redeem it, again and again', async () => {
      const made = returned();
      await store.createReturn(made);
      assert.deepEqual(await store.returnByHandle(made.handleHash), made);
      assert.equal(await store.redeemReturn(made.handleHash, 'j_a'), true);
      assert.equal(await store.redeemReturn(made.handleHash, 'j_a'), true);
      assert.equal(await store.redeemReturn(made.handleHash, 'j_b'), false);
      assert.equal(await store.redeemReturn('unknown', 'j_a'), false);
      await store.releaseReturn(made.handleHash, 'j_b');
      assert.equal(await store.redeemReturn(made.handleHash, 'j_b'), false, 'only who has it can give it back');
      assert.equal((await store.returnByHandle(made.handleHash))?.redeemedBy, 'j_a');
      await store.releaseReturn(made.handleHash, 'j_a');
      assert.equal(await store.redeemReturn(made.handleHash, 'j_b'), true);
    });

    it('keeps a return whose parameters said nothing', async () => {
      const made = returned({ reference: null, outcome: null, cookieHash: null });
      await store.createReturn(made);
      assert.deepEqual(await store.returnByHandle(made.handleHash), made);
    });

    it('accepts a notification once, and hands each out to one worker until its lease is over', async () => {
      assert.deepEqual(await store.acceptNotification('event:1', '{"n":1}', NOW), { isNew: true });
      assert.deepEqual(await store.acceptNotification('event:1', '{"n":1}', NOW), { isNew: false });
      await store.acceptNotification('event:2', '{"n":2}', NOW);
      const taken = await store.takeNotifications(10, 1000, NOW);
      assert.deepEqual(
        taken.map(({ body }) => body),
        ['{"n":1}', '{"n":2}'],
      );
      assert.deepEqual(await store.takeNotifications(10, 1000, NOW + 999), []);
      await store.settleNotification(taken[0]?.id ?? 0);
      const again = await store.takeNotifications(10, 1000, NOW + 1000);
      assert.deepEqual(
        again.map(({ body }) => body),
        ['{"n":2}'],
      );
    });

    it('inserts a consent, then replaces it only where nobody else has', async () => {
      const made = {
        ...newConsent('c-1', 'ref', { partnerId: 'acme', customer: 'cust-9' }, NOW),
        facts: newFacts('c-1'),
      };
      const first = await store.putConsent(made, partnerEventsOfConsent(null, made));
      assert.equal(first?.revision, 1);
      assert.equal(await store.putConsent(made, []), null);
      const second = await store.putConsent({ ...made, revision: 1, dataAvailability: 'Partial' }, []);
      assert.equal(second?.revision, 2);
      assert.deepEqual(await store.consent('c-1'), second);
      assert.deepEqual(
        (await store.consentsOf('acme', 'cust-9')).map(({ id }) => id),
        ['c-1'],
      );
      assert.deepEqual(await store.consentsOf('other', 'cust-9'), []);
      assert.deepEqual(
        (await store.consentsByReference('ref')).map(({ id }) => id),
        ['c-1'],
      );
    });

    it('lists consents that are due', async () => {
      await store.putConsent({ ...newConsent('c-due', 'ref', null, NOW), askAt: 500 }, []);
      assert.deepEqual(
        (await store.dueConsents(500, 10)).map(({ id }) => id),
        ['c-due'],
      );
      assert.deepEqual(await store.dueConsents(499, 10), []);
    });

    it('keeps an invitation, finds it by its id and its reference, and replaces it only where nobody else has', async () => {
      const made = invitation();
      assert.equal((await store.putInvitation(made, []))?.revision, 1);
      const first = { ...made, revision: 1, connectionStatus: 'Cancelled' };
      const stored = await store.putInvitation(first, []);
      assert.deepEqual(stored, { ...first, revision: 2 });
      assert.equal(await store.putInvitation({ ...made, connectionStatus: 'Abandoned' }, []), null);
      assert.equal(await store.putInvitation({ ...first, connectionStatus: 'Abandoned' }, []), null);
      assert.deepEqual(await store.invitation(made.id), stored);
      assert.deepEqual(await store.invitationByReference(made.reference), stored);
      assert.equal(await store.invitation('i_unknown'), null);
      assert.equal(await store.invitationByReference('unknown'), null);
    });

    it('lets one of many win who replace an invitation at the same time', async () => {
      const made = await store.putInvitation(invitation(), []);
      assert.ok(made);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) => store.putInvitation({ ...made, updatedAt: NOW + n }, [])),
      );
      assert.equal(results.filter((result) => result !== null).length, 1);
    });

    it('lists invitations that are due, earliest first', async () => {
      const [late, early] = [invitation({ askAt: 2000 }), invitation({ askAt: 1000 })];
      for (const one of [late, early, invitation()]) await store.putInvitation(one, []);
      const ids = async (now: number, limit: number) => (await store.dueInvitations(now, limit)).map(({ id }) => id);
      assert.deepEqual(await ids(2000, 10), [early.id, late.id]);
      assert.deepEqual(await ids(2000, 1), [early.id]);
      assert.deepEqual(await ids(999, 10), []);
    });

    it('tells of an invitation if and only if it is stored', async () => {
      const made = invitation({ partnerId: 'inviter' });
      const [event] = partnerEventsOfInvitation(made, { ...made, connectionStatus: 'Cancelled' });
      assert.ok(event);
      await store.putInvitation(made, [event]);
      await store.putInvitation({ ...made, revision: 7 }, [event]);
      const [told, ...more] = await store.partnerEvents('inviter', 0, 10);
      assert.deepEqual([told?.type, told?.data, more], ['invitation.updated', event.data, []]);
    });

    it("gives a partner's events in order, with nothing missing under many writers", async () => {
      const before = (await store.partnerEvents('acme', 0, 1000)).at(-1)?.cursor ?? 0;
      const made = await Promise.all(Array.from({ length: 30 }, () => stored()));
      const seen = new Set<string>();
      for (let after = before; ; ) {
        const page = await store.partnerEvents('acme', after, 7);
        if (page.length === 0) break;
        for (const { cursor, data } of page) {
          assert.ok(cursor > after);
          after = cursor;
          seen.add(String(data['journeyId']));
        }
      }
      assert.deepEqual(seen, new Set(made.map(({ id }) => id)));
      assert.deepEqual(await store.partnerEvents('other', 0, 10), []);
    });

    it('writes the event if and only if it writes the change', async () => {
      const made = await stored();
      const before = (await store.partnerEvents('acme', 0, 1000)).length;
      await store.replaceJourney({ ...made, revision: 77 }, [partnerEventOfJourney(made)]);
      assert.equal((await store.partnerEvents('acme', 0, 1000)).length, before);
    });

    it('hands out the deliveries of one journey one after the other, each to one worker', async () => {
      const one = await stored({ partnerId: 'told' });
      const other = await stored({ partnerId: 'told' });
      await store.replaceJourney(one, [partnerEventOfJourney({ ...one, version: 2 })]);
      const first = await store.takeDeliveries(new Map([['told', 10]]), 1000, NOW);
      assert.deepEqual(
        first.map(({ event }) => [event.data['journeyId'], event.data['version']]),
        [
          [one.id, 1],
          [other.id, 1],
        ],
      );
      assert.deepEqual(await store.takeDeliveries(new Map([['told', 10]]), 1000, NOW + 999), []);
      for (const delivery of first)
        await store.settleDelivery({ ...delivery, status: 'delivered', attempts: 1, nextAt: null });
      const second = await store.takeDeliveries(new Map([['told', 10]]), 1000, NOW + 999);
      assert.deepEqual(
        second.map(({ event }) => [event.data['journeyId'], event.data['version']]),
        [[one.id, 2]],
      );
    });

    it('says how deliveries stand, of partners who are told at all', async () => {
      const [failed] = await store.takeDeliveries(new Map([['told', 1]]), 0, NOW + 5000);
      assert.ok(failed);
      await store.settleDelivery({ ...failed, status: 'failed', attempts: 9, nextAt: null, problem: 'status 500' });
      const [known] = await store.deliveriesOf('told', 'failed', 10);
      assert.deepEqual([known?.attempts, known?.problem, known?.nextAt], [9, 'status 500', null]);
      assert.equal((await store.deliveriesOf('told', null, 10)).length, 3);
      assert.deepEqual(await store.deliveriesOf('acme', null, 10), []);
    });

    it('hands out of each partner what there is room for, and first what has been due longest', async () => {
      const [early, late, later] = [await told(NOW + 1), await told(NOW + 2), await told(NOW + 3)];
      await stored({ partnerId: 'told' });
      const take = async (room: number) => {
        const taken = await store.takeDeliveries(new Map([['told-too', room]]), 1000, NOW + 5000);
        return taken.map(({ event }) => event.data['journeyId']);
      };
      const [first] = await store.takeDeliveries(new Map([['told-too', 1]]), 1000, NOW + 5000);
      assert.equal(first?.event.data['journeyId'], early);
      await store.settleDelivery({ ...first, attempts: 1, nextAt: NOW + 4000, problem: 'no answer' });
      assert.deepEqual([await take(2), await take(2), await take(2)], [[late, later], [early], []]);
      const both = await store.takeDeliveries(new Map([...TOLD].map((id) => [id, 1])), 1000, NOW + 9000);
      assert.deepEqual(both.map(({ event }) => event.partnerId).sort(), [...TOLD].sort());
      assert.deepEqual(await store.takeDeliveries(new Map(), 1000, NOW + 9000), []);

      async function told(updatedAt: number): Promise<string> {
        return (await stored({ partnerId: 'told-too', updatedAt })).id;
      }
    });

    it('hands no delivery to two workers that ask at once', async () => {
      // The embedded engine has one process.
      const other = make === sqlite ? store : await engine.open();
      const made = await Promise.all(
        Array.from({ length: 40 }, () => stored({ partnerId: 'told-too', updatedAt: NOW })),
      );
      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, turn) =>
          (turn % 2 === 0 ? store : other).takeDeliveries(new Map([['told-too', 10]]), 10_000, NOW),
        ),
      );
      const ids = taken.flat().map(({ event }) => String(event.data['journeyId']));
      assert.equal(new Set(ids).size, ids.length);
      assert.ok(ids.length > 0 && ids.every((id) => made.some((journey) => journey.id === id)));
      if (other !== store) await other.close();
    });

    it('keeps a named value that only the one who knows its revision can change', async () => {
      assert.equal(await store.kept('name'), null);
      assert.equal(await store.swapKept('name', 'one', 0), true);
      assert.equal(await store.swapKept('name', 'two', 0), false);
      assert.deepEqual(await store.kept('name'), { value: 'one', revision: 1 });
      assert.equal(await store.swapKept('name', 'two', 1), true);
      assert.equal(await store.swapKept('name', 'three', 1), false);
      assert.deepEqual(await store.kept('name'), { value: 'two', revision: 2 });
    });

    it('forgets what ended long ago, and whose a consent is never', async () => {
      const ended = await stored({ status: 'expired', updatedAt: 10 });
      const open = await stored();
      const [quiet, told] = [invitation({ updatedAt: 10 }), invitation()];
      for (const one of [quiet, told]) await store.putInvitation(one, []);
      await store.forgetBefore(20);
      assert.equal(await store.invitation(quiet.id), null);
      assert.notEqual(await store.invitation(told.id), null);
      assert.equal(await store.journey(ended.id), null);
      assert.equal(await store.journeyByToken(`token-${ended.id}`), null);
      assert.notEqual(await store.journey(open.id), null);
      assert.notEqual(await store.consent('c-1'), null);
    });

    it('forgets much a portion at a time, so that others are served in between', async () => {
      const keys = Array.from({ length: 5000 }, (_, n) => `old-${n}`);
      await Promise.all(keys.map((key) => store.acceptNotification(key, '{}', 10)));
      const taken = await store.takeNotifications(keys.length, 1000, 10);
      await Promise.all(taken.map(({ id }) => store.settleNotification(id)));
      await store.acceptNotification('young', '{}', 30);
      let served = 0;
      const serving = setInterval(() => void store.ping().then(() => served++), 0);
      const forgotten = await store.forgetBefore(20);
      clearInterval(serving);
      assert.ok(forgotten >= keys.length);
      assert.ok(served >= 3, `${served} served`);
      assert.deepEqual(await store.acceptNotification('young', '{}', 30), { isNew: false });
      assert.deepEqual(await store.acceptNotification('old-4999', '{}', 30), { isNew: true });
    });

    it('reads by token what was stored last, by itself or by another process', async () => {
      const other = await engine.open();
      let current: Journey | null = await stored();
      const { id } = current;
      for (const writer of [store, other, store, other]) {
        assert.deepEqual(await store.journeyByToken(`token-${id}`), current);
        current = await writer.replaceJourney({ ...current, version: current.version + 1 }, []);
        assert.ok(current);
      }
      assert.deepEqual(await store.journeyByToken(`token-${id}`), current);
      await other.close();
    });

    it('tells of a change in every process', async () => {
      // The embedded engine has one process; the other one tells all.
      const listening = make === sqlite ? store : await engine.open();
      const made = await stored();
      let isHeard = false;
      const stop = listening.onJourneyChanged((id) => {
        isHeard ||= id === made.id;
      });
      // Listening takes a moment to stand; a change before that is told as "may have been missed", to everybody.
      let current: Journey | null = made;
      for (let tries = 0; !isHeard && current !== null && tries < 100; tries += 1) {
        current = await store.replaceJourney(current, []);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      stop();
      assert.ok(isHeard);
      if (listening !== store) await listening.close();
    });

    it('has everything after it was closed and opened again', async () => {
      const made = await stored();
      await store.close();
      store = await engine.open();
      assert.deepEqual(await store.journey(made.id), made);
    });
  });
}

function newFacts(id: string) {
  return {
    id,
    status: 'Active',
    providerId: '1',
    providerName: 'Bank',
    start: null,
    end: null,
    journeyType: null,
    statusUpdated: null,
  };
}
