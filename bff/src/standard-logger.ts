import { type DestinationStream, type Logger, pino } from 'pino';

/** What is kept for an output that takes nothing, in bytes. */
const KEPT = 1_000_000;

let shared: DestinationStream | null = null;

/** Writes to standard output, a line of JSON for each entry. */
export function standardLogger(level: string): Logger {
  shared ??= standardOutput();
  return pino({ level, base: null }, shared);
}

/**
 * One for the process. The lines of one turn of the event loop go out in one write: that write is most of what a line
 * costs. An output whose reader has gone, or whose disk is full, loses lines and holds nothing up.
 */
function standardOutput(): DestinationStream {
  const output = pino.destination({ sync: true, maxLength: KEPT });
  // There is nowhere left to say so. Not `flushSync`, which tries again for ever.
  output.on('error', () => {});
  let lines = '';
  const writeOut = () => {
    if (lines !== '') output.write(lines);
    lines = '';
  };
  process.once('exit', writeOut);
  return {
    write(line) {
      if (lines === '') setImmediate(writeOut);
      lines += line;
    },
  };
}
