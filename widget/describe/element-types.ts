import { attributesAlone, type Described, type Element, type Member } from './manifest.ts';

/** The declarations that those of the frameworks are made of: `element.d.ts`. */
export function elementTypes(element: Element): string {
  const { members, events } = element;
  const fields = members.filter(({ kind, readonly }) => kind === 'field' && !readonly);
  const attributes = fields.filter(({ attribute }) => attribute);
  const alone = attributesAlone(element);
  return `import type { AttoConnect, ${events.map(({ type }) => type.text).join(', ')} } from './index.js';

/** As they are written in HTML. */
export interface Attributes {
${attributes.map((field) => member(field, `'${field.attribute}'`, written(field))).join('')}${alone.map((one) => member(one, one.name, 'string')).join('')}}

/** As they are set on the element. */
export interface Properties {
${fields.map((field) => member(field, field.name, `AttoConnect['${field.name}']`)).join('')}}

export interface Events {
${events.map(({ name, type, description }) => `${comment(description)}  '${name}': ${type.text};\n`).join('')}}

export type Handlers = { [Name in keyof Events as \`on\${Name}\`]?: ((event: Events[Name]) => void) | undefined };
`;
}

function member({ description }: Described, name: string, type: string): string {
  return `${comment(description)}  ${name}?: ${type} | undefined;\n`;
}

/** What the attribute may be where the property is this. */
function written({ name, type }: Member): string {
  if (type?.text === 'boolean') return "boolean | ''";
  return type?.text === 'number' ? 'number | string' : `Extract<AttoConnect['${name}'], string>`;
}

function comment(description = ''): string {
  return `  /** ${description.replaceAll('\n', '\n   * ')} */\n`;
}
