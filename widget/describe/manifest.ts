/**
 * What `<atto-connect>` is to those who use it, read from its source: the custom-elements manifest, with paths as they
 * are published and nothing that is private.
 * @see https://github.com/webcomponents/custom-elements-manifest
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';

export interface Described {
  name: string;
  description?: string;
}

export interface Member extends Described {
  kind: 'field' | 'method';
  type?: { text: string };
  /** The name of the attribute that goes with a field. */
  attribute?: string;
  readonly?: boolean;
  static?: boolean;
  privacy?: string;
  parameters?: { name: string }[];
}

export interface Element extends Described {
  summary: string;
  members: Member[];
  /** `fieldName` is missing where the attribute goes with no property. */
  attributes: (Described & { fieldName?: string })[];
  events: (Described & { type: { text: string } })[];
  slots: Described[];
  cssProperties: (Described & { default?: string })[];
  cssParts: Described[];
  cssStates: Described[];
}

interface Module {
  kind: 'javascript-module';
  path: string;
  declarations: (Described & { kind: string; members?: Member[]; attributes?: Pick<Member, 'type'>[] })[];
  exports: { kind: string; name: string; declaration: { name: string; module: string } }[];
}

export interface Manifest {
  schemaVersion: string;
  modules: Module[];
}

const WIDGET = dirname(import.meta.dirname);
const SOURCES = ['src/atto-connect.ts', 'src/events.ts', 'src/errors.ts'];

export async function readManifest(): Promise<Manifest> {
  const argv = ['analyze', '--quiet', '--litelement', ...SOURCES.flatMap((source) => ['--globs', source])];
  const { schemaVersion, modules } = withoutSources(await cli({ argv, cwd: WIDGET, noWrite: true }));
  const declarations = modules
    .flatMap((module) => module.declarations)
    .filter(({ kind, name }) => kind === 'class' && name.startsWith('Atto'))
    .map(withoutPrivate);
  spellOutTypes(declarations);
  const element = elementAmong(declarations);
  Object.assign(element, { tagName: 'atto-connect', customElement: true });
  const module = (path: string) => ({ kind: 'javascript-module' as const, path, declarations: [], exports: [] });
  const exported = (kind: string, name: string, of: string) => ({
    kind,
    name,
    declaration: { name: of, module: 'dist/index.js' },
  });
  return {
    schemaVersion,
    modules: [
      { ...module('dist/index.js'), declarations, exports: declarations.map(({ name }) => exported('js', name, name)) },
      {
        ...module('dist/define.js'),
        exports: [exported('custom-element-definition', 'atto-connect', element.name)],
      },
    ],
  };
}

export function elementOf({ modules }: Manifest): Element {
  return elementAmong(modules.flatMap(({ declarations }) => declarations));
}

/** Attributes that go with no property. */
export function attributesAlone({ attributes }: Element): Described[] {
  return attributes.filter(({ fieldName }) => !fieldName);
}

function elementAmong(declarations: Module['declarations']): Element {
  const element = declarations.find(({ name }) => name === 'AttoConnect');
  if (!element) throw new Error('the analyzer no longer finds AttoConnect');
  return element as Module['declarations'][number] & Element;
}

/** Drops what points into our sources, which are not published. */
function withoutSources(manifest: unknown): Manifest {
  const pointsToSource = (value: unknown) => /^\/?src\//.test((value as { module?: string } | null)?.module ?? '');
  return JSON.parse(JSON.stringify(manifest, (_, value) => (pointsToSource(value) ? undefined : value))) as Manifest;
}

/** What has no words, and what is called back, is for the browser only. */
function withoutPrivate(declaration: Module['declarations'][number]): Module['declarations'][number] {
  const { members = [] } = declaration;
  const isPublic = ({ name, privacy = 'public', static: isStatic, description }: Member) =>
    privacy === 'public' && !isStatic && description && !name.endsWith('Callback');
  return { ...declaration, members: members.filter(isPublic) };
}

/** Editors offer the values of a type that is spelt out; of one that is only named they would offer the name. */
function spellOutTypes(declarations: Module['declarations']): void {
  const sources = globSync('src/**/*.ts', { cwd: WIDGET }).map((path) => readFileSync(join(WIDGET, path), 'utf8'));
  const literals = /^export type (\w+) =\s+('[\w-]+'(?:\s+\| '[\w-]+')*);/gm;
  const unions = new Map([...sources.join('\n').matchAll(literals)].map(([, name, union]) => [name, union]));
  // That a property may be left out, tables and editors know of every one.
  const spellOut = ({ text }: { text: string }) =>
    text.replace(/ \| undefined$/, '').replace(/\w+/g, (name) => unions.get(name) ?? name);
  for (const { members = [], attributes = [] } of declarations) {
    for (const { type } of members) if (type) type.text = spellOut(type);
    for (const { type } of attributes) if (type) type.text = written(spellOut(type));
  }
}

/** What is left of a property's type in an attribute. */
function written(type: string): string {
  const parts = type.split(' | ').filter((part) => /^('.*'|boolean|number)$/.test(part));
  return parts.join(' | ') || 'string';
}
