/**
 * Preloaded into each file of tests. What is written to a pipe that is full waits in the process, and is lost when that is
 * ended by force: a reader that is busy would miss tests. So a write waits for the reader instead.
 */
interface Pipe {
  setBlocking?(isBlocking: boolean): number;
}

// Node has no public name for it; `set-blocking` on npm does the same.
const { _handle: pipe } = process.stdout as unknown as { _handle?: Pipe };
pipe?.setBlocking?.(true);
