/** Preloaded (`node --import`) into a bff of its own process: its clock goes forward when the test says so. */
const wall = Date.now;
let aheadMs = 0;
Date.now = () => wall() + aheadMs;

process.on('message', (milliseconds: number) => {
  aheadMs += milliseconds;
  process.send?.(aheadMs);
});
process.channel?.unref();
