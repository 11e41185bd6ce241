/** `npm run demo`, and what `npm start` ends in: everything on this machine, and one address to open. */
import { buildWidgetIfStale } from './build-widget.ts';
import { whenOrphaned } from './orphaned.mjs';
import { startWorld } from './world.ts';

buildWidgetIfStale();
// Slow enough for people to see the data arrive.
const world = await startWorld({
  ports: { partner: 8080, bff: 8787, bank: 8788 },
  // So much happens in five seconds that an order can be seen to be the wrong one.
  simulator: { dataStepMs: 1500, emailDelayMs: 1500, webhookMischief: { shuffleWindowMs: 5000 } },
});

const dim = (text: string) => (process.stdout.isTTY ? `\x1b[2m${text}\x1b[22m` : text);
console.log(`\n  ${world.urls.partner}\n\n  ${dim('Open it in a browser. Ctrl-C stops everything.')}\n`);

const leave = async () => {
  await world.close();
  process.exit(0);
};
// Once: whoever presses Ctrl-C again means now.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
whenOrphaned(leave);
