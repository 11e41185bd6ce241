/** Preloaded (`node --import`) into a bff of its own process: its clock goes forward when the test says so. */
const Wall = Date;
let aheadMs = 0;

globalThis.Date = class extends Wall {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(Wall.now() + aheadMs);
    else super(...(given as [number]));
  }

  static override now(): number {
    return Wall.now() + aheadMs;
  }
} as DateConstructor;

process.on('message', (milliseconds: number) => {
  aheadMs += milliseconds;
  process.send?.(aheadMs);
});
process.channel?.unref();
