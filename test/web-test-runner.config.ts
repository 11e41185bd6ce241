/**
 * The widget's unit tests, in every engine that this machine has: `npx wtr --config test/web-test-runner.config.ts`.
 * `ENGINES=chromium,webkit` selects. Node runs this file itself, so `npx node node_modules/.bin/wtr …`.
 */
import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import type { BrowserLauncher, TestRunnerConfig } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { chromiumPath, firefoxPath, miniBrowserPath, webKitDriverPath } from './support/browsers.ts';
import { CHROMIUM_ARGUMENTS } from './support/chromium.ts';
import { FIREFOX_PREFERENCES } from './support/firefox.ts';
import { webKitLauncher } from './support/webkit-launcher.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

function named(launcher: BrowserLauncher, name: string): BrowserLauncher {
  return Object.assign(launcher, { name });
}

const available: Record<string, () => BrowserLauncher | undefined> = {
  chromium() {
    const executablePath = chromiumPath();
    const args = [...CHROMIUM_ARGUMENTS, '--no-first-run', '--disable-background-networking', '--disable-sync'];
    return executablePath
      ? named(chromeLauncher({ launchOptions: { executablePath, headless: true, args } }), 'Chromium')
      : undefined;
  },
  firefox() {
    const executablePath = firefoxPath();
    return executablePath
      ? named(
          chromeLauncher({
            launchOptions: {
              browser: 'firefox',
              executablePath,
              headless: true,
              extraPrefsFirefox: FIREFOX_PREFERENCES,
            },
          }),
          'Firefox',
        )
      : undefined;
  },
  webkit: () => (miniBrowserPath() && webKitDriverPath() ? webKitLauncher() : undefined),
};

const wanted = process.env['ENGINES']?.split(',') ?? Object.keys(available);

export default {
  rootDir: path('..'),
  files: path('widget/**/*.test.ts'),
  nodeResolve: true,
  concurrency: 1,
  concurrentBrowsers: 2,
  browserStartTimeout: 90_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 120_000,
  testFramework: { config: { timeout: 10_000 } },
  filterBrowserLogs: ({ args }) => !/^Lit is in dev mode/.test(`${args[0]}`),
  plugins: [esbuildPlugin({ ts: true, tsconfig: path('tsconfig.json'), target: 'es2022' })],
  browsers: wanted.map((name) => available[name]?.()).filter((launcher) => launcher !== undefined),
} satisfies TestRunnerConfig;
