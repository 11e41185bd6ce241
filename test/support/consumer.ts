import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { npm, QUIETLY } from './npm.ts';
import { packBoth } from './packed.ts';

const run = promisify(execFile);
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Somebody's project, far away from ours, that has installed what we publish. */
export class Consumer {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param others what else the project has installed, as npm is told: `react@19` */
  static async install(...others: string[]): Promise<Consumer> {
    const packed = await packBoth();
    const consumer = new Consumer(await mkdtemp(join(tmpdir(), 'atto-connect-consumer-')));
    try {
      await consumer.write('package.json', JSON.stringify({ private: true, type: 'module' }));
      await npm(['install', ...QUIETLY, packed.widget.path, packed.bff.path, ...others], consumer.folder);
      return consumer;
    } finally {
      await packed.remove();
    }
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(this.path(file), text);
  }

  /** Runs a module of the project in Node. @returns what it printed */
  async run(code: string): Promise<string> {
    await this.write('run.js', code);
    const { stdout, stderr } = await run(process.execPath, ['run.js'], { cwd: this.folder });
    return stdout + stderr;
  }

  /** Compiles a module of the project as strictly as TypeScript can. @returns what the compiler said */
  async compile(code: string, moduleResolution: 'bundler' | 'nodenext'): Promise<string> {
    await this.write('compile.tsx', code);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'],
      types: ['node'],
      jsx: 'react-jsx',
      module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
      moduleResolution,
    };
    await this.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['compile.tsx'] }));
    const told = await run(process.execPath, [tsc, '--pretty', 'false', '-p', 'tsconfig.json'], {
      cwd: this.folder,
    }).catch((error: { stdout: string }) => error);
    return told.stdout;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
