import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import express from 'express';
import type { BffAccess } from '../support/bare-partner.ts';
import { listen } from '../support/listen.ts';
import { exampleFolder } from './project.ts';
import { addCustomerToken, fillIn, type Site } from './site.ts';

/** An example that somebody is working on. */
export interface DevelopmentSite extends Site {
  /** Saves a file with some of its text replaced. */
  edit(file: string, from: string, to: string): Promise<void>;
  /** Saves it as it is. */
  save(file: string): Promise<void>;
}

/** Serves a copy of an example that is installed by its own Vite, which replaces in the page what is edited. */
export async function serveInDevelopment(name: string, port: number, bff: BffAccess): Promise<DevelopmentSite> {
  const folder = exampleFolder(name);
  const copy = await mkdtemp(join(tmpdir(), 'atto-connect-development-'));
  await cp(folder, copy, { recursive: true, filter: (path) => !['node_modules', 'dist'].includes(basename(path)) });
  await fillIn(copy, bff);
  await symlink(join(folder, 'node_modules'), join(copy, 'node_modules'));

  const app = express();
  const server = createServer(app);
  addCustomerToken(app, bff);
  const vite = await (await viteOf(folder)).createServer({
    root: copy,
    // What it has made of the packages is not for the next time: then the widget may be another.
    cacheDir: join(copy, 'cache'),
    server: { middlewareMode: { server } },
    logLevel: 'error',
  });
  app.use(vite.middlewares);
  const site = await listen(server, port);
  return {
    async edit(file, from, to) {
      const path = join(copy, file);
      const text = await readFile(path, 'utf8');
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      await writeFile(path, text.replace(from, to));
    },
    async save(file) {
      const path = join(copy, file);
      await writeFile(path, await readFile(path, 'utf8'));
    },
    async close() {
      await vite.close();
      await site.close();
      await rm(copy, { recursive: true });
    },
  };
}

async function viteOf(folder: string): Promise<typeof import('vite')> {
  const path = createRequire(join(folder, 'package.json')).resolve('vite');
  return import(pathToFileURL(path).href);
}
