import { attributesAlone, type Described, type Element, type Member } from './manifest.ts';

/** The element's reference in Markdown, as the README and `llms.txt` have it. */
export function elementTables(element: Element): string {
  const { members, events, slots, cssProperties, cssParts, cssStates } = element;
  const fields = members.filter(({ kind }) => kind === 'field');
  const methods = members.filter(({ kind }) => kind === 'method');
  const row = (name: string, { description = '' }: Described) => `| ${name} | ${description.replaceAll('\n', ' ')} |`;
  const table = <Row extends Described>(title: string, described: Row[], nameOf: (row: Row) => string = quotedName) =>
    [`| ${title} | |`, '|---|---|', ...described.map((one) => row(nameOf(one), one)), ''].join('\n');
  return [
    table(
      'Attribute · property',
      [
        ...fields.filter(({ readonly }) => !readonly),
        ...attributesAlone(element).map((one) => ({ ...one, attribute: one.name })),
      ],
      fieldName,
    ),
    table(
      'Read only',
      fields.filter(({ readonly }) => readonly),
    ),
    table(
      'Method',
      methods,
      ({ name, parameters = [] }: Member) => `\`${name}(${parameters.map((each) => each.name)})\``,
    ),
    table('Event', events),
    table('Slot', slots, ({ name }) => (name ? `\`${name}\`` : '(default)')),
    table('Custom property', cssProperties),
    table('Part', cssParts),
    table('State', cssStates),
  ].join('\n');
}

function fieldName({ name, attribute }: Described & Pick<Member, 'attribute'>): string {
  if (!attribute) return `· \`${name}\``;
  return attribute === name ? `\`${name}\`` : `\`${attribute}\` · \`${name}\``;
}

function quotedName({ name }: Described): string {
  return `\`${name}\``;
}
