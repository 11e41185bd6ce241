/** Where this machine keeps its browsers. Tests that need one which is not here skip by name instead of failing oddly. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Chromium (or Chrome): `CHROMIUM_PATH`, else the first of the usual names on PATH. */
export function chromiumPath(): string | undefined {
  return namedOr('CHROMIUM_PATH', () =>
    onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']),
  );
}

/** Firefox: `FIREFOX_PATH`, else the first of the usual names on PATH. */
export function firefoxPath(): string | undefined {
  return namedOr('FIREFOX_PATH', () => onPath(['firefox-esr', 'firefox']));
}

/**
 * WebKitGTK's MiniBrowser: `MINIBROWSER_PATH`, else inside the library folder of whichever architecture this is; it is
 * on PATH nowhere. It is only of use together with `WebKitWebDriver`.
 */
export function miniBrowserPath(): string | undefined {
  const folders = ['/usr/lib', '/usr/libexec', '/usr/lib64', ...foldersIn('/usr/lib')];
  const versions = ['webkit2gtk-4.1', 'webkitgtk-6.0', 'webkit2gtk-4.0'];
  const candidates = versions.flatMap((version) => folders.map((folder) => join(folder, version, 'MiniBrowser')));
  return namedOr('MINIBROWSER_PATH', () => candidates.find(executable));
}

/** The driver that MiniBrowser is steered with: `WEBKIT_DRIVER_PATH`, else `WebKitWebDriver` on PATH. */
export function webKitDriverPath(): string | undefined {
  return namedOr('WEBKIT_DRIVER_PATH', () => onPath(['WebKitWebDriver']));
}

/** A path that is given is meant: where nothing runnable is there, another browser found elsewhere does not make up for it. */
function namedOr(variable: string, find: () => string | undefined): string | undefined {
  const path = process.env[variable];
  if (!path) return find();
  return executable(path) ? path : undefined;
}

function onPath(names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(executable);
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
