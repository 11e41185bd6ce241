import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type InboxEntry, LocalInbox } from '../../bff/src/notifications/local-inbox.ts';

const INBOX = new URL('../../bff/src/notifications/local-inbox.ts', import.meta.url).href;

describe('the local inbox', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'atto-inbox-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const entry = (key: string): InboxEntry => ({ key, body: `{"is":"${key}"}`, receivedAt: 1 });

  /** Everything that it hands over, in order. */
  async function drained(inbox: LocalInbox): Promise<string[]> {
    const keys: string[] = [];
    await inbox.drain(async ({ key }) => keys.push(key));
    return keys;
  }

  const storeIsAway = async () => {
    throw new Error('the store is away');
  };

  it('hands over what was put, in order, and then has nothing', async () => {
    const inbox = new LocalInbox(directory);
    await inbox.put(entry('a'));
    await Promise.all(['b', 'c', 'd'].map((key) => inbox.put(entry(key))));
    assert.deepEqual(await drained(inbox), ['a', 'b', 'c', 'd']);
    assert.deepEqual(await drained(inbox), []);
  });

  it('keeps everything however often the store is still away', async () => {
    const inbox = new LocalInbox(directory);
    for (const key of ['a', 'b', 'c']) {
      await inbox.put(entry(key));
      await assert.rejects(inbox.drain(storeIsAway));
    }
    assert.deepEqual(await drained(inbox), ['a', 'b', 'c']);
  });

  it('takes what comes while it hands over', async () => {
    const inbox = new LocalInbox(directory);
    await inbox.put(entry('a'));
    await inbox.drain(() => inbox.put(entry('b')));
    assert.deepEqual(await drained(inbox), ['b']);
  });

  it('hands over what an earlier life of the process put, also after a drain that was cut off', async () => {
    const earlier = new LocalInbox(directory);
    await earlier.put(entry('a'));
    await assert.rejects(earlier.drain(storeIsAway));
    await earlier.put(entry('b'));
    const inbox = new LocalInbox(directory);
    await inbox.put(entry('c'));
    assert.deepEqual(await drained(inbox), ['a', 'b', 'c']);
  });

  it('is not spoiled by a write that was cut off: what comes after it is whole', async () => {
    const earlier = new LocalInbox(directory);
    await earlier.put(entry('a'));
    await cutOff();
    const inbox = new LocalInbox(directory);
    await inbox.put(entry('b'));
    assert.deepEqual((await drained(inbox)).toSorted(), ['a', 'b']);
  });

  it('hands over the others where a file is damaged, says which, and leaves it to be looked at', async () => {
    const inbox = new LocalInbox(directory);
    await inbox.put(entry('a'));
    const [damaged] = await files();
    await writeFile(join(directory, 'inbox', damaged ?? ''), '\0\0\0\n');
    await inbox.put(entry('b'));
    const keys: string[] = [];
    const handOver = inbox.drain(
      async ({ key }) => keys.push(key),
      () => false,
    );
    await assert.rejects(handOver, ({ message }: Error) => message.includes(damaged ?? ''));
    assert.deepEqual([keys, await files()], [['b'], [damaged]]);
  });

  it('leaves nothing of what the disk has no room for', { skip: process.platform === 'win32' }, async () => {
    const put = `
      import { LocalInbox } from ${JSON.stringify(INBOX)};
      await new LocalInbox(process.argv[1]).put({ key: 'big', body: 'x'.repeat(100_000), receivedAt: 1 });`;
    const script = 'ulimit -f 8; exec "$0" --input-type=module -e "$1" "$2"';
    const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, put, directory], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /StoreUnavailableError/);
    assert.deepEqual(await files(), []);
  });

  it('shares its folder with another process that writes at the same time', async () => {
    const [one, other] = [new LocalInbox(directory), new LocalInbox(directory)];
    const keys = Array.from({ length: 200 }, (_, n) => `k${n}`);
    const seen = new Set<string>();
    const hand = (inbox: LocalInbox) => inbox.drain(async ({ key }) => seen.add(key));
    await Promise.all(
      keys.map(async (key, n) => {
        await (n % 2 === 0 ? one : other).put(entry(key));
        if (n % 5 === 0) await Promise.all([hand(one), hand(other)]);
      }),
    );
    await hand(one);
    assert.deepEqual([...seen].toSorted(), keys.toSorted());
  });

  function files(): Promise<string[]> {
    return readdir(join(directory, 'inbox'));
  }

  /** As a `kill -9` in the middle of a write leaves the folder: half of an entry, in whatever file was being written. */
  async function cutOff(): Promise<void> {
    const half = JSON.stringify(entry('half')).slice(0, 20);
    const files = await readdir(directory, { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) await appendFile(join(file.parentPath, file.name), half);
    await writeFile(join(directory, 'inbox.jsonl.part'), half);
  }
});
