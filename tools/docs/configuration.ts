import type { z } from 'zod';
import { describeSchema, type SchemaRow } from '../../packages/train/src/config/index.js';

/** One kind of configuration. */
export interface Kind {
  readonly title: string;
  readonly text: string;
  readonly schema: z.ZodType;
}

const HEAD = `# Configuration

Every key of a run's configuration file, with its default. This page is generated from the schemas that check the file:
\`npm run docs:configuration\`.

A key is written as a path: \`optimizer.learningRate\` is the key \`learningRate\` of the section \`optimizer\`. On the
command line, \`--set optimizer.learningRate=1e-3\` overrides it. A key without a default is required where it says so,
otherwise it may be left out.
`;

/** The reference as Markdown: one table a section, sections in the schemas' order; shared sections appear once. */
export function configurationReference(kinds: readonly Kind[]): string {
  const written = new Set<string>();
  const parts = kinds.map(({ title, text, schema }) => {
    const sections = [...grouped(describeSchema(schema))].map(([section, rows]) => {
      const table = [tableHead, ...rows.map(tableRow)].join('\n');
      const part = `### ${section === '' ? 'Top level' : `\`${section}\``}\n\n${table}`;
      if (written.has(part)) return undefined;
      written.add(part);
      return part;
    });
    return [`## ${title}`, text, ...sections.filter((part) => part !== undefined)].join('\n\n');
  });
  return `${[HEAD.trimEnd(), ...parts].join('\n\n')}\n`;
}

const tableHead = '| key | value | default | meaning |\n| --- | --- | --- | --- |';

function tableRow({ path, type, required, default: value, description, when }: SchemaRow): string {
  const shown = value === undefined ? (required ? '**required**' : '') : `\`${cell(JSON.stringify(value))}\``;
  const condition = when ? ` *(${cell(when)})*` : '';
  return `| \`${path}\` | ${cell(type)} | ${shown} | ${cell(description)}${condition} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Rows by the first part of their path; keys that are no section come first. */
function grouped(rows: readonly SchemaRow[]): Map<string, SchemaRow[]> {
  const sections = new Map<string, SchemaRow[]>([['', []]]);
  for (const row of rows) {
    const [section] = row.path.split('.') as [string];
    const isSection = rows.some(({ path }) => path.startsWith(`${section}.`));
    const name = isSection ? section : '';
    sections.set(name, [...(sections.get(name) ?? []), row]);
  }
  return sections;
}
