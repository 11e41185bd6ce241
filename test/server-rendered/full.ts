/**
 * `npm run test:server-rendered`: the README's components in Nuxt, SvelteKit and Angular, drawn on a server. Installs the
 * three from npm. Writes `test/results/server-rendered.json`; ends with status 1 unless all went well. About two minutes.
 */
import { readFileSync } from 'node:fs';
import { writeResult } from '../support/result-file.ts';
import { runTestFile } from '../support/test-file.ts';

const FRAMEWORKS = { nuxt: 'nuxt', sveltekit: '@sveltejs/kit', angular: '@angular/ssr' };

const startedAt = Date.now();
const results: Record<string, object> = {};
let isGood = true;
for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  const { passed, failed, skipped } = await runTestFile(new URL(`${name}.test.ts`, import.meta.url).pathname);
  results[name] = {
    framework,
    version: versionOf(name, framework),
    passed,
    failed: failed.length,
    skipped: skipped.length,
  };
  isGood &&= passed > 0 && failed.length === 0 && skipped.length === 0;
}
writeResult('server-rendered', startedAt, { results });
console.table(results);
process.exitCode = isGood ? 0 : 1;

function versionOf(name: string, framework: string): string | undefined {
  const file = new URL(`projects/${name}/package.json`, import.meta.url);
  const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8'));
  return { ...dependencies, ...devDependencies }[framework];
}
