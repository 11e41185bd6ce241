import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exampleSuite } from './example-suite.ts';
import { exampleFolder, unpackWidget } from './project.ts';
import { serveFiles } from './site.ts';

exampleSuite('headless', {
  build: putTogether,
  serve: (port, bff) => serveFiles('headless', 'dist', port, bff),
});

/** The page and, beside it, what npm installs: no tool has a hand in it. */
async function putTogether(name: string): Promise<void> {
  const folder = exampleFolder(name);
  const site = join(folder, 'dist');
  await rm(site, { recursive: true, force: true });
  await mkdir(site);
  for (const file of ['index.html', 'connect.js']) await cp(join(folder, file), join(site, file));
  await unpackWidget(join(site, 'widget'));
}
