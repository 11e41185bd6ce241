const LOOK_EVERY_MS = 250;
/** Noted at once: later the parent may have gone already. */
const parent = process.ppid;

/**
 * Calls `leave` when the shell that npm started this in has gone: npm passes a signal on to that shell, which passes it
 * on to nobody. Not where npm did not start it; whoever sends a process into the background may go as they like.
 */
export function whenOrphaned(leave) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    leave();
  }, LOOK_EVERY_MS);
  looking.unref();
}
