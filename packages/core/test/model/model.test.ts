import {
  backboneSchema,
  ConfigError,
  createModel,
  initialise,
  parseModelConfig,
  RandomStream,
  trainableNames,
} from '../../src/index.js';
import { z } from 'zod';
import { objectiveSchema } from '../../src/objective/index.js';
import { toyPlugin } from '../encoder/toy.js';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

const plugin = toyPlugin();
const model = (sections: Parameters<typeof parseModelConfig>[1]) =>
  createModel(plugin, parseModelConfig(plugin, sections));
const small = { dim: 16, heads: 4, depth: 2 };

test('a model is its network and its objective, under names that do not clash', () => {
  const { network, objective, parameters } = model({
    backbone: small,
    objective: { name: 'data2vec2', targets: { topK: 2 } },
  });
  const [own, theirs] = [Object.keys(network.parameters), Object.keys(objective.parameters)];
  expect(Object.keys(parameters)).toHaveLength(own.length + theirs.length);
  expect(theirs.every((name) => name.startsWith('decoder.'))).toBe(true);
  expect(own.every((name) => /^(encoder|blocks|norm)\./.test(name))).toBe(true);
});

test('a parameter has the shape that its specification says', () => {
  const { parameters } = model({ backbone: small, objective: { name: 'data2vec1', head: 2, targets: { topK: 1 } } });
  const weights = initialise(parameters, new RandomStream([1]));
  for (const [name, { shape }] of Object.entries(parameters)) expect(weights[name]!.shape).toEqual([...shape]);
  expect(trainableNames(parameters)).toEqual(Object.keys(parameters));
  for (const weight of Object.values(weights)) weight.dispose();
});

test('heads that do not divide the width, and more target layers than blocks, are refused', () => {
  expect(() => model({ backbone: { ...small, heads: 3 } })).toThrow(ConfigError);
  expect(() => model({ backbone: { ...small, heads: 3 } })).toThrow(
    'backbone.heads is 3, which does not divide backbone.dim, 16',
  );
  expect(() => model({ backbone: small, objective: { name: 'data2vec1', targets: { topK: 3 } } })).toThrow(
    'objective.targets.topK is 3, but the backbone has 2 shared blocks',
  );
});

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

function undescribed(schema: JsonSchema, path: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    ...(value.description ? [] : [`${path}.${key}`]),
    ...undescribed(value, `${path}.${key}`),
  ]);
  return [...own, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((part) => undescribed(part, path))];
}

test.each([
  ['backbone', backboneSchema],
  ['objective', objectiveSchema],
])('every option of the %s is described', (name, schema) => {
  expect(undescribed(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema, name)).toEqual([]);
});
