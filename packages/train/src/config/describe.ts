import type { z } from 'zod';
import { alternatives, constants, discriminator, jsonSchema, type JsonSchema } from './json-schema.js';
import type { Value } from './origin.js';
import { literal, typeText } from './type-text.js';

/** One line of the configuration reference. */
export interface SchemaRow {
  /** `optimizer.learningRate`; items of a list are `data.sources[]`, free names `<name>`. */
  readonly path: string;
  /** In words: `number > 0`. */
  readonly type: string;
  readonly required: boolean;
  readonly default?: Value;
  readonly description: string;
  /** The choice that the key belongs to: `schedule.name: cosine | constant`. */
  readonly when?: string;
}

/** Every key that a schema knows, in the schema's order, sections before what is in them. */
export function describeSchema(schema: z.ZodType): SchemaRow[] {
  return rowsBelow(jsonSchema(schema), '', []);
}

type Choice = readonly [key: string, kinds: readonly Value[]];

function rowsBelow(schema: JsonSchema, path: string, choices: readonly Choice[]): SchemaRow[] {
  const options = alternatives(schema);
  const key = discriminator(options);
  if (key !== undefined) return variantRows(options, key, path, choices);
  return options.flatMap((option) => [
    ...Object.entries(option.properties ?? {}).flatMap(([name, property]) =>
      rowsOf(property, join(path, name), option.required?.includes(name) ?? false, choices),
    ),
    ...(typeof option.additionalProperties === 'object'
      ? rowsOf(option.additionalProperties, join(path, '<name>'), false, choices)
      : []),
    ...(typeof option.items === 'object' ? rowsBelow(option.items, `${path}[]`, choices) : []),
  ]);
}

function rowsOf(schema: JsonSchema, path: string, required: boolean, choices: readonly Choice[]): SchemaRow[] {
  const row: SchemaRow = {
    path,
    type: typeText(schema),
    required,
    ...(schema.default === undefined || isEmpty(schema.default) ? {} : { default: schema.default }),
    description: schema.description ?? '',
    ...(choices.length === 0 ? {} : { when: choices.map(choiceText).join(', ') }),
  };
  return [row, ...rowsBelow(schema, path, choices)];
}

/** One row for the key that chooses, then the keys of every choice; what several choices share appears once. */
function variantRows(
  options: readonly JsonSchema[],
  key: string,
  path: string,
  choices: readonly Choice[],
): SchemaRow[] {
  const kinds = options.map((option) => constants(option.properties?.[key]) ?? []);
  const descriptions = options.map((option, i) => {
    const text = option.properties?.[key]?.description ?? '';
    return text && `${kinds[i]!.map(literal).join(', ')}: ${text}`;
  });
  const chooser = rowsOf(
    { enum: kinds.flat(), description: descriptions.filter(Boolean).join(' ') },
    join(path, key),
    options.every((option) => option.required?.includes(key)),
    choices,
  );
  const shared = new Map<string, { name: string; property: JsonSchema; required: boolean; kinds: Value[] }>();
  options.forEach((option, i) => {
    for (const [name, property] of Object.entries(option.properties ?? {})) {
      if (name === key) continue;
      const required = option.required?.includes(name) ?? false;
      const same = JSON.stringify([name, property, required]);
      const known = shared.get(same) ?? { name, property, required, kinds: [] };
      known.kinds.push(...kinds[i]!);
      shared.set(same, known);
    }
  });
  const below = [...shared.values()].flatMap((entry) =>
    rowsOf(
      entry.property,
      join(path, entry.name),
      entry.required,
      entry.kinds.length === kinds.flat().length ? choices : [...choices, [join(path, key), entry.kinds]],
    ),
  );
  return [...chooser, ...below];
}

function choiceText([key, kinds]: Choice): string {
  return `${key}: ${kinds.map(literal).join(' | ')}`;
}

function isEmpty(value: Value): boolean {
  return value !== null && typeof value === 'object' && Object.keys(value).length === 0;
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}
