/** Preloaded (`node --import`) into a server: measures how long its event loop was held up, and says so when asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

process.on('message', (message) => {
  if (message === 'begin measuring') delay.reset();
  // The one that is under way is not counted before it is over.
  else if (message === 'end measuring') setImmediate(() => process.send?.(delay.max / 1e6));
});
process.channel?.unref();
