import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserLauncher } from '@web/test-runner';
import { miniBrowserPath, webKitDriverPath } from './browsers.ts';
import { environmentOn, openDisplay } from './display.ts';

/** Long enough for a busy machine to start a display and a browser. */
const START_TIMEOUT_MS = 20_000;

/**
 * WebKitGTK for @web/test-runner, through WebKitWebDriver: one window, one test file after the other. Starts a display
 * of its own (Xvfb) where there is none, and ends whatever it started.
 */
export function webKitLauncher(): BrowserLauncher {
  const children: ChildProcess[] = [];
  let driver = '';
  let session = '';
  let booting: Promise<string> | undefined;
  let active: { id: string; url: string } | undefined;

  async function boot(): Promise<string> {
    const display = await openDisplay();
    if (display.process) children.push(display.process);
    const port = await freePort();
    driver = `http://127.0.0.1:${port}`;
    const env = environmentOn(display);
    const command = webKitDriverPath() ?? 'WebKitWebDriver';
    children.push(spawn(command, [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' }));
    await eventually(() => call(driver, 'GET', '/status'));
    const { sessionId } = await call<{ sessionId: string }>(driver, 'POST', '/session', {
      capabilities: {
        alwaysMatch: {
          browserName: 'MiniBrowser',
          pageLoadStrategy: 'none',
          'webkitgtk:browserOptions': { binary: miniBrowserPath(), args: ['--automation'] },
        },
      },
    });
    return sessionId;
  }

  return {
    name: 'WebKit',
    type: 'webkit',
    concurrency: 1,
    async initialize() {},
    async startSession(id, url) {
      booting ??= boot();
      session = await booting;
      active = { id, url };
      await call(driver, 'POST', `/session/${session}/url`, { url });
    },
    async startDebugSession() {
      throw new Error('Debugging by hand is for Chromium.');
    },
    isActive: (id) => active?.id === id,
    getBrowserUrl: () => active?.url ?? '',
    async stopSession() {
      active = undefined;
      await call(driver, 'POST', `/session/${session}/url`, { url: 'about:blank' }).catch(() => {});
      return {};
    },
    async stop() {
      if (session) await call(driver, 'DELETE', `/session/${session}`).catch(() => {});
      for (const child of children.reverse()) child.kill();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function eventually(attempt: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(100);
    }
  }
}

/** One command of the WebDriver protocol. @see https://www.w3.org/TR/webdriver2/#protocol */
async function call<Value = unknown>(driver: string, method: string, path: string, body?: object): Promise<Value> {
  const response = await fetch(driver + path, { method, body: body ? JSON.stringify(body) : null });
  const { value } = (await response.json()) as { value: Value & { message?: string } };
  if (!response.ok) throw new Error(value?.message ?? `WebDriver answered ${response.status}`);
  return value;
}
