import { chromiumPath, firefoxPath, miniBrowserPath, webKitDriverPath } from './browsers.ts';

interface Engine {
  name: string;
  /** Each thing that it needs: where it was found, and the variable that may say where. */
  parts: { path: string | undefined; variable: string }[];
}

/** Why each engine that is not usable here is not; empty when all of them are. */
export function missingEngines(): { name: string; reason: string }[] {
  const engines: Engine[] = [
    { name: 'Chromium', parts: [{ path: chromiumPath(), variable: 'CHROMIUM_PATH' }] },
    { name: 'Firefox', parts: [{ path: firefoxPath(), variable: 'FIREFOX_PATH' }] },
    {
      name: 'WebKitGTK',
      parts: [
        { path: webKitDriverPath(), variable: 'WEBKIT_DRIVER_PATH' },
        { path: miniBrowserPath(), variable: 'MINIBROWSER_PATH' },
      ],
    },
  ];
  return engines.flatMap(({ name, parts }) => {
    const reason = parts.map(whyUnusable).find(Boolean);
    return reason ? [{ name, reason }] : [];
  });
}

/** A path that was given is meant: another browser found elsewhere does not make up for it. */
function whyUnusable({ path, variable }: Engine['parts'][number]): string | undefined {
  const given = process.env[variable];
  if (given && path !== given) {
    return `${variable} names nothing that runs: ${given}`;
  }
  return path ? undefined : 'not installed on this machine';
}
