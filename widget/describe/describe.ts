/**
 * The part of `npm run build` that describes the element to tools: the custom-elements manifest, and from it what
 * editors, frameworks and language models read.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { elementTypes } from './element-types.ts';
import { elementOf, readManifest } from './manifest.ts';
import { elementTables } from './tables.ts';

const widget = dirname(import.meta.dirname);
const outdir = join(widget, 'dist');
const frameworks = join(import.meta.dirname, 'frameworks');

const manifest = await readManifest();
const element = elementOf(manifest);
const { version } = JSON.parse(readFileSync(join(widget, 'package.json'), 'utf8')) as { version: string };

write('custom-elements.json', `${JSON.stringify(manifest, null, 2)}\n`);
// It takes name and version from the package in whose folder it is loaded.
process.chdir(widget);
const { generateJetBrainsWebTypes } = await import('custom-element-jet-brains-integration');
const { generateVsCodeCustomElementData } = await import('custom-element-vs-code-integration');
generateVsCodeCustomElementData(manifest, { outdir, cssFileName: 'vscode.css-custom-data.json' });
generateJetBrainsWebTypes(manifest, { outdir, packageJson: false });
write('element.d.ts', elementTypes(element));
write('llms.txt', guide());
for (const file of readdirSync(frameworks)) {
  copyFileSync(join(frameworks, file), join(outdir, file));
  // Whoever imports the types of a framework wants the element in it.
  write(file.replace('.d.ts', '.js'), "import './define.js';\n");
}

/** @see https://llmstxt.org */
function guide(): string {
  return `# @atto-connect/widget ${version}

> \`<atto-connect>\`. ${element.summary.replaceAll('\n', ' ')}

README.md beside this file's folder shows it in plain HTML, React, Vue, Svelte, Angular and Next.
Grant nothing on an event alone: the partner's server checks \`journey.receipt\`, a signed JWT, or asks the bff.

${elementTables(element)}`;
}

function write(file: string, text: string): void {
  writeFileSync(join(outdir, file), text);
}
