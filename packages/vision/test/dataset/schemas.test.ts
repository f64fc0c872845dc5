import { z } from 'zod';
import { imageDatasets } from '../../src/dataset/index.js';
import { mixSchema } from '../../src/mix/index.js';
import { transformSchema } from '../../src/transform/index.js';

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
}

/** Dotted names of all options without a description. */
function undescribed(schema: JsonSchema, path: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    ...(value.description ? [] : [`${path}.${key}`]),
    ...undescribed(value, `${path}.${key}`),
  ]);
  return [...own, ...(schema.anyOf ?? []).flatMap((choice) => undescribed(choice, path))];
}

const schemas: Readonly<Record<string, z.ZodType>> = {
  transform: transformSchema,
  mix: mixSchema,
  ...Object.fromEntries(Object.entries(imageDatasets).map(([name, { schema }]) => [name, schema])),
};

describe('options', () => {
  test.each(Object.entries(schemas))('of %s are all described', (name, schema) => {
    const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
    expect(Object.keys(json.properties ?? {}).length).toBeGreaterThan(2);
    expect(undescribed(json, name)).toEqual([]);
  });

  test.each(Object.entries(imageDatasets))('reader %s says what it reads', (_, { description }) => {
    expect(description).toMatch(/\.$/);
  });
});
