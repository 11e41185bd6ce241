import { setTimeout as sleep } from 'node:timers/promises';
import type { OtherAtto } from '../../support/other-atto.ts';
import { withBff } from '../bff-under-load.ts';
import { startPeer } from '../peers/start-peer.ts';
import { median } from '../statistics.ts';
import { type Row, rounded, type Scale } from './row.ts';

const MEGABYTE = 1_000_000;

/** How soon it is there, and what it takes while nobody asks anything. */
export async function startAndRest(atto: OtherAtto, { rounds }: Scale): Promise<Row[]> {
  const ready = { bff: [] as number[], bare: [] as number[] };
  const memory = { bff: [] as number[], bare: [] as number[], packages: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const bare = await startPeer('bare-express');
    const packages = await startPeer('only-packages');
    await withBff(atto, {}, async ({ server }) => {
      ready.bff.push(server.readyMs);
      ready.bare.push(bare.readyMs);
      await sleep(1000);
      memory.bff.push(rounded(server.memory() / MEGABYTE, 1));
      memory.bare.push(rounded(bare.memory() / MEGABYTE, 1));
      memory.packages.push(rounded(packages.memory() / MEGABYTE, 1));
    });
    await bare.stop();
    await packages.stop();
  }
  const ratio = rounded(median(memory.bff) / median(memory.bare));
  const share = rounded(median(memory.packages) / median(memory.bare));
  return [
    {
      figure: 'bff: start to ready',
      bounds: [{ name: 'median milliseconds', measured: median(ready.bff), atMost: 600 }],
      measured: { milliseconds: { bff: ready.bff, bareExpress: ready.bare } },
      cause: `A bare Express process took ${median(ready.bare)} ms in the same run.`,
    },
    {
      figure: 'bff: memory at rest',
      bounds: [{ name: 'times a bare Express process', measured: ratio, atMost: 1.5 }],
      measured: { megabytes: { bff: memory.bff, bareExpress: memory.bare, packagesAlone: memory.packages } },
      cause: `A process that only imports our packages already has ${share} times the memory of the bare one.`,
    },
  ];
}
