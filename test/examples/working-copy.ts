import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BffAccess } from '../support/bare-partner.ts';
import { exampleFolder } from './project.ts';
import { fillIn } from './site.ts';

const MADE_BY_TOOLS = ['node_modules', 'dist', '.next'];

/** An example that is installed, copied to where somebody may work on it. */
export class WorkingCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async of(name: string, bff: BffAccess): Promise<WorkingCopy> {
    const original = exampleFolder(name);
    const folder = await mkdtemp(join(tmpdir(), 'atto-connect-development-'));
    await cp(original, folder, { recursive: true, filter: (path) => !MADE_BY_TOOLS.includes(basename(path)) });
    await fillIn(folder, bff);
    await symlink(join(original, 'node_modules'), join(folder, 'node_modules'));
    return new WorkingCopy(folder);
  }

  /** Saves a file with some of its text replaced. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const path = join(this.folder, file);
    const text = await readFile(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    await writeFile(path, text.replace(from, to));
  }

  /** Saves it as it is. */
  async save(file: string): Promise<void> {
    const path = join(this.folder, file);
    await writeFile(path, await readFile(path, 'utf8'));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
