import { type DestinationStream, pino } from 'pino';

/** More than a turn of the event loop usually has to say, in characters. */
const BUFFERED = 16_000;

let shared: DestinationStream | null = null;

/**
 * Standard output, one for the process. The lines of one turn of the event loop go out in one write: that write is most
 * of what a line costs.
 */
export function logDestination(): DestinationStream {
  shared ??= standardOutput();
  return shared;
}

function standardOutput(): DestinationStream {
  const output = pino.destination({ sync: true, minLength: BUFFERED });
  const flush = () => output.flushSync();
  process.once('exit', flush);
  let isDue = false;
  return {
    write(line) {
      output.write(line);
      if (isDue) return;
      isDue = true;
      setImmediate(() => {
        isDue = false;
        flush();
      });
    },
  };
}
