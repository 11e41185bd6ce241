import { brotliCompressSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

/** What some code costs whoever loads it, in bytes. */
export interface Size {
  minified: number;
  brotli: number;
}

/**
 * What a module brings along: bundled alone with everything that it imports, minified.
 *
 * @param entry path of the module
 * @param external what the page has anyway, and is left out
 */
export async function bundleSize(entry: string, external: RegExp): Promise<Size> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: ['es'] },
      rolldownOptions: { external, output: { minify: true } },
    },
  });
  const [{ output }] = built as Rolldown.RolldownOutput[] as [Rolldown.RolldownOutput];
  return sizeOf(output.map((file) => ('code' in file ? file.code : '')).join('\n'));
}

/** Of code that is sent as it is. */
export function sizeOf(code: string | Buffer): Size {
  return { minified: Buffer.byteLength(code), brotli: brotliCompressSync(code).length };
}
