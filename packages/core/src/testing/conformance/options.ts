import { z } from 'zod';
import { check, type Subject, type Tests } from './subject.js';

/** The part of JSON Schema that is read here. */
interface JsonSchema {
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** A user finds every option explained. */
export const options = (subject: Subject): Tests => ({
  'every option is described': () => {
    const { configSchema, transformSchema, datasets, tasks } = subject.plugin;
    const kinds = (section: string, of: Readonly<Record<string, { schema: z.ZodType }>>): [string, z.ZodType][] =>
      Object.entries(of).map(([name, { schema }]) => [`${section}.${name}`, schema]);
    const schemas: readonly [string, z.ZodType][] = [
      ['encoder', configSchema],
      ['transform', transformSchema],
      ...kinds('datasets', datasets),
      ...kinds('tasks', tasks),
    ];
    const missing = schemas.flatMap(([name, schema]) => {
      return undescribed(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, name);
    });
    check(missing.length === 0, `without .describe(): ${[...new Set(missing)].join(', ')}`);
  },

  'every reader and task is described': () => {
    const { datasets, tasks } = subject.plugin;
    const missing = Object.entries({ ...datasets, ...tasks }).filter(([, { description }]) => !description.trim());
    check(missing.length === 0, `without a description: ${missing.map(([name]) => name).join(', ')}`);
  },

  'an unknown option is refused': () => {
    const { success } = subject.plugin.configSchema.safeParse({ ...withDefaults(subject), noSuchOption: 1 });
    check(!success, "the encoder's schema takes an option that it does not know; use z.strictObject");
  },
});

const withDefaults = (subject: Subject): object => (subject.options.config ?? {}) as object;

/** Dotted names of all options without a description. */
function undescribed(schema: JsonSchema, path: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    ...(value.description ? [] : [`${path}.${key}`]),
    ...undescribed(value, `${path}.${key}`),
  ]);
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (schema.items && typeof schema.items === 'object') parts.push(schema.items);
  return [...own, ...parts.flatMap((part) => undescribed(part, path))];
}
