import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Express } from 'express';
import { customerToken } from '../../demo/partner/customer-token.ts';
import type { BffAccess } from '../support/bare-partner.ts';
import { fillerFor } from '../support/fill-in.ts';
import { listen } from '../support/listen.ts';
import { ProcessGroup } from '../support/process-group.ts';
import { until } from '../support/until.ts';
import { exampleFolder, WITHOUT_QUESTIONS } from './project.ts';

const HOSTNAME = 'partner.localhost';
const CUSTOMER = 'cust-1042';

/** An example that is built, where it is served from. */
export interface Site {
  close(): Promise<void>;
}

/** The address that a site on this port has. */
export function siteUrl(port: number): string {
  return `http://${HOSTNAME}:${port}`;
}

/**
 * Serves files.
 * @param folder of what was built, inside the example
 */
export async function serveFiles(name: string, folder: string, port: number, bff: BffAccess): Promise<Site> {
  const copy = await mkdtemp(join(tmpdir(), 'atto-connect-example-'));
  await cp(join(exampleFolder(name), folder), copy, { recursive: true });
  await fillIn(copy, bff);
  const app = express();
  addCustomerToken(app, bff);
  app.use(express.static(copy));
  const site = await listen(createServer(app), port);
  return {
    async close() {
      await site.close();
      await rm(copy, { recursive: true });
    },
  };
}

/** What every partner's server has: its word on who is signed in. */
export function addCustomerToken(app: Express, bff: BffAccess): void {
  app.get('/customer-token', async (_request, response) => {
    response.type('text').send(await tokenFor(bff));
  });
}

/** Runs a site that has a server of its own. */
export async function startServer(name: string, folder: string, port: number, bff: BffAccess): Promise<Site> {
  const cwd = exampleFolder(name);
  await fillIn(join(cwd, folder), bff);
  const args = ['--hostname', '127.0.0.1', '--port', String(port)];
  return runScript('start', args, cwd, port, { PARTNER_SIGNING_SECRET: bff.signingSecret });
}

/** Runs a script of a project that answers on a port. */
export async function runScript(
  script: string,
  args: string[],
  cwd: string,
  port: number,
  variables: Record<string, string> = {},
): Promise<Site> {
  const env = { ...process.env, ...WITHOUT_QUESTIONS, ...variables };
  const group = ProcessGroup.start('npm', ['run', '--silent', script, '--', ...args], { cwd, env, stdio: 'ignore' });
  const close = () => group.end();
  try {
    const answers = () => fetch(`http://127.0.0.1:${port}`).catch(() => null);
    await until(`${script} in ${cwd} answers`, answers, 60_000);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Fills in what the README leaves to whoever reads it, in all files of a folder. */
export async function fillIn(folder: string, bff: BffAccess): Promise<void> {
  const fill = await fillerFor(bff, await tokenFor(bff));
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/\.(html|js|rsc|svelte|tsx?|vue)$/.test(name)) continue;
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    const filled = fill(text);
    if (filled !== text) await writeFile(path, filled);
  }
}

function tokenFor({ url, partnerId, signingSecret }: BffAccess): Promise<string> {
  return customerToken(CUSTOMER, { partnerId, audience: url, signingSecret });
}
