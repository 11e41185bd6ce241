import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import express from 'express';
import { exampleFolder, WITHOUT_QUESTIONS } from '../examples/project.ts';
import { addCustomerToken, fillIn, type Site } from '../examples/site.ts';
import type { BffAccess } from '../support/bare-partner.ts';
import { listen } from '../support/listen.ts';
import { npm, QUIETLY } from '../support/npm.ts';
import { packBoth } from '../support/packed.ts';

/** A project as the framework's own tool makes it, in which somebody has put what the README gives. */
export interface ProjectKind {
  /** The README's component: in which example it is, and where it belongs in the project. */
  component: readonly [example: string, inExample: string, inProject: string];
  /** What the build leaves: the module of the server, the name of its handler, and files that it does not serve itself. */
  server: readonly [module: string, handler: string];
  files?: string;
}

/** The project, somewhere outside of this repository, where it finds only what npm installs there. */
export class Project {
  readonly #kind: ProjectKind;
  readonly #folder: string;

  private constructor(kind: ProjectKind, folder: string) {
    this.#kind = kind;
    this.#folder = folder;
  }

  static async install(name: string, kind: ProjectKind): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), `atto-connect-${name}-`));
    const [example, from, to] = kind.component;
    await cp(new URL(`projects/${name}`, import.meta.url).pathname, folder, { recursive: true });
    await cp(join(exampleFolder(example), from), join(folder, to));
    const packed = await packBoth();
    try {
      await npm(['install', '--no-package-lock', ...QUIETLY, packed.widget.path], folder);
    } finally {
      await packed.remove();
    }
    return new Project(kind, folder);
  }

  /** Builds it for this bff, and takes the framework's handler into a partner's own server. */
  async serve(port: number, bff: BffAccess): Promise<Site> {
    const { component, server, files } = this.#kind;
    await fillIn(join(this.#folder, dirname(component[2])), bff);
    await npm(['run', '--silent', 'build'], this.#folder, WITHOUT_QUESTIONS);
    const [module, handler] = server;
    const built = (await import(pathToFileURL(join(this.#folder, module)).href)) as Record<string, RequestListener>;
    const app = express();
    addCustomerToken(app, bff);
    if (files) app.use(express.static(join(this.#folder, files), { index: false }));
    app.use(built[handler] as RequestListener);
    return listen(createServer(app), port);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
