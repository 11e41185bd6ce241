import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import express from 'express';
import type { BffAccess } from '../support/bare-partner.ts';
import { listen } from '../support/listen.ts';
import { exampleFolder } from './project.ts';
import { addCustomerToken, runScript, type Site } from './site.ts';
import { WorkingCopy } from './working-copy.ts';

/** An example that somebody is working on. */
export interface DevelopmentSite extends Site {
  readonly copy: WorkingCopy;
}

/** What a framework's own tool serves, and replaces in the page when it is edited. */
export type ServeInDevelopment = (name: string, port: number, bff: BffAccess) => Promise<DevelopmentSite>;

export const serveByVite: ServeInDevelopment = async (name, port, bff) => {
  const copy = await WorkingCopy.of(name, bff);
  const app = express();
  const server = createServer(app);
  addCustomerToken(app, bff);
  const vite = await (await viteOf(exampleFolder(name))).createServer({
    root: copy.folder,
    // What it has made of the packages is not for the next time: then the widget may be another.
    cacheDir: join(copy.folder, 'cache'),
    // By the page's own port: by default it takes one that is the same for all, and two examples may be worked on at a time.
    server: { middlewareMode: true, hmr: { server } },
    logLevel: 'error',
  });
  app.use(vite.middlewares);
  const site = await listen(server, port);
  return {
    copy,
    async close() {
      await vite.close();
      await site.close();
      await copy.remove();
    },
  };
};

/** `ng serve` in front of the partner's own server. */
export const serveByAngular: ServeInDevelopment = async (name, port, bff) => {
  const copy = await WorkingCopy.of(name, bff);
  const app = express();
  addCustomerToken(app, bff);
  const partner = await listen(createServer(app));
  const proxied = { '/customer-token': { target: `http://127.0.0.1:${partner.port}` } };
  await writeFile(join(copy.folder, 'proxy.json'), JSON.stringify(proxied));
  const address = ['--host', '127.0.0.1', '--port', String(port)];
  const site = await runScript('dev', [...address, '--proxy-config', 'proxy.json'], copy.folder, port);
  return {
    copy,
    async close() {
      await site.close();
      await partner.close();
      await copy.remove();
    },
  };
};

export const serveByNext: ServeInDevelopment = async (name, port, bff) => {
  const copy = await WorkingCopy.of(name, bff);
  // Next serves what is below its root only, and the packages are not in the copy.
  await copy.edit('next.config.ts', 'import.meta.dirname', "'/'");
  const address = ['--hostname', '127.0.0.1', '--port', String(port)];
  const variables = { PARTNER_SIGNING_SECRET: bff.signingSecret };
  const site = await runScript('dev', address, copy.folder, port, variables);
  return {
    copy,
    async close() {
      await site.close();
      await copy.remove();
    },
  };
};

async function viteOf(folder: string): Promise<typeof import('vite')> {
  const path = createRequire(join(folder, 'package.json')).resolve('vite');
  return import(pathToFileURL(path).href);
}
