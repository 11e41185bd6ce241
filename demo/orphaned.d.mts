/** Calls `leave` when the shell that npm started this process in has gone. */
export function whenOrphaned(leave: () => unknown): void;
