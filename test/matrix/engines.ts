import { missingEngines } from '../support/engines.ts';
import type { Engine } from './drivers/driver.ts';
import { startChromium, startFirefox } from './drivers/playwright-driver.ts';
import { startWebKit } from './drivers/webkit-driver.ts';

interface EngineKind {
  readonly name: 'Chromium' | 'Firefox' | 'WebKitGTK';
  start(): Promise<Engine>;
}

export const engineKinds: readonly EngineKind[] = [
  { name: 'Chromium', start: startChromium },
  { name: 'Firefox', start: startFirefox },
  { name: 'WebKitGTK', start: startWebKit },
];

/** So many scenarios of an engine are under way at a time, and so many of these are busy rather than waiting. */
export const AT_A_TIME = 10;
export const BUSY_AT_A_TIME = 2;

export type EngineName = EngineKind['name'];

/** Why this engine cannot be had here, or false. */
export function whyMissing(name: EngineName): string | false {
  return missingEngines().find((missing) => missing.name === name)?.reason ?? false;
}
