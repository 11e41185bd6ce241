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

export type EngineName = EngineKind['name'];

/** Why this engine cannot be had here, or false. */
export function whyMissing(name: EngineName): string | false {
  return missingEngines().find((missing) => missing.name === name)?.reason ?? false;
}
