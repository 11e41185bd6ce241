import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const built = join(root, 'widget/dist/script/manifest.json');

/** Builds the widget when there is no build of it, or only one that is older than what it is made from. */
export function buildWidgetIfStale(): void {
  if (existsSync(built) && newestSource() <= statSync(built).mtimeMs) {
    return;
  }
  console.log('Building the widget …');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'widget/build.ts')], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) {
    // The build's own words are the message; where it was called from helps nobody.
    console.error(`The widget could not be built:\n\n${stdout}${stderr}`);
    process.exit(1);
  }
}

function newestSource(): number {
  const sources = globSync(
    ['widget/src/**/*.ts', 'widget/{build.ts,language-files.ts,package.json}', 'vite.config.ts'],
    { cwd: root },
  );
  return Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs));
}
