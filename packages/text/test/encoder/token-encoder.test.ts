import { createModel, createNetwork, disposeBatch, parseModelConfig, RandomStream, uploadBatch } from '@d2v/core';
import { tidy } from '@tensorflow/tfjs-core';
import plugin, { TokenEncoder, type TextSample } from '../../src/index.js';
import { useBackend } from './backend.js';
import { tokens } from './samples.js';

beforeAll(useBackend);

const shape = { dim: 8, heads: 2 };
const encoder = (options: object): TokenEncoder =>
  new TokenEncoder(plugin.configSchema.parse({ vocabulary: 60, maxTokens: 48, ...options }), shape);
const streams = (row: number): RandomStream => new RandomStream(['row', row]);

// data2vec2.md §6.
test('data2vec 2 base has the 124,054,272 parameters of the reference without its decoder', () => {
  const { parameters } = createNetwork(plugin, parseModelConfig(plugin, { backbone: {} }));
  const sizes = Object.values(parameters).map((spec) => spec.shape.reduce((product, size) => product * size, 1));
  expect(sizes.reduce((sum, size) => sum + size)).toBe(124_054_272);
});

// data2vec2.md §4.2, in millions.
test.each([
  [768, 12, 28.9],
  [1024, 16, 31.1],
])('the text decoder at width %i has the parameters of the reference', (dim, heads, millions) => {
  const { objective } = createModel(
    plugin,
    parseModelConfig(plugin, {
      backbone: { dim, heads },
      objective: {
        name: 'data2vec2',
        decoder: { width: 768, layers: 5, kernel: 9, groups: 1, residual: false, projectionLayers: 2 },
      },
    }),
  );
  const sizes = Object.values(objective.parameters).map((spec) => spec.shape.reduce((a, b) => a * b, 1));
  expect(sizes.reduce((sum, size) => sum + size) / 1e6).toBeCloseTo(millions, 1);
});

test('the decoder starts with the projections of BERT', () => {
  const options = { dim: 8, width: 8, layers: 1, kernel: 3, groups: 1, residual: false, projectionLayers: 2 };
  const { parameters } = encoder({}).decoder({ ...options, projectionRatio: 2 });
  expect(parameters['proj.1.weight']!.init).toEqual({ kind: 'normal', std: 0.02 });
  expect(parameters['proj.1.bias']!.init).toEqual({ kind: 'zeros' });
  expect(parameters['blocks.0.weight']!.init.kind).toBe('uniform');
});

test('batches are padded on the right to a multiple of padToMultiple, at most maxTokens', () => {
  const collate = (lengths: number[]) =>
    encoder({ padToMultiple: 10 }).collate(lengths.map((n) => tokens(`of ${n}`, n)));
  const batch = collate([3, 12]);
  expect(batch.inputs.ids!.shape).toEqual([2, 20]);
  expect(batch.lengths).toEqual([3, 12]);
  expect([...batch.inputs.ids!.data.subarray(3, 20)]).toEqual(Array.from({ length: 17 }, () => 1));
  expect(collate([43]).tokens).toBe(48);
  expect(collate([48]).lengths).toBeUndefined();
});

test('a sequence longer than the positions names the sample and what to do', () => {
  expect(() => encoder({}).collate([tokens('corpus.txt:7', 49)])).toThrow(
    /corpus\.txt:7: has 49 tokens, but the encoder takes 48\n.*maxTokens/,
  );
});

test('an id beyond the table names the sample, the token and the id', () => {
  const sample: TextSample = { name: 'a.txt:3', ids: Int32Array.of(0, 4, 99, 2) };
  expect(() => encoder({}).collate([sample])).toThrow(/a\.txt:3: token 2 has the id 99/);
});

test.each([
  [{ padding: 60 }, 'encoder.padding'],
  [{ maskToken: 99 }, 'encoder.maskToken'],
  [{ specialTokens: 59 }, 'encoder.specialTokens'],
  [{ mask: { strategy: 'bert', leave: 0.6, random: 0.6 } }, 'encoder.mask'],
])('options that cannot work are refused by name: %j', (options, key) => {
  expect(() => encoder(options)).toThrow(key);
});

test('random tokens are neither special nor <mask>, and masked and left tokens keep their ids', () => {
  const subject = encoder({ mask: { strategy: 'bert', ratio: 0.6, leave: 0.3, random: 0.4 } });
  const batch = subject.collate([tokens('one', 48), tokens('two', 30)]);
  const before = batch.inputs.ids!.data;
  const after = subject.corruptInputs(batch, streams).ids!.data;
  let changed = 0;
  for (let row = 0; row < 2; row++) {
    const length = batch.lengths![row]!;
    const mask = subject.drawMask(length, streams(row), { batch, row });
    for (let t = 0; t < batch.tokens; t++) {
      const at = row * batch.tokens + t;
      if (before[at] === after[at]) continue;
      changed++;
      expect(t).toBeLessThan(length);
      expect(mask[t]).toBe(0);
      expect(after[at]).toBeGreaterThanOrEqual(4);
      expect(after[at]).toBeLessThan(59);
    }
  }
  expect(changed).toBeGreaterThan(5);
});

test('the student sees masks and random tokens, the teacher the full text', () => {
  const sections = { encoder: { vocabulary: 60, maxTokens: 48, mask: { strategy: 'bert', ratio: 0.6, random: 0.5 } } };
  const { objective, network } = createModel(
    plugin,
    parseModelConfig(plugin, { ...sections, backbone: { dim: 8, depth: 1, heads: 2 }, objective: v1 }),
  );
  const host = network.encoder.collate([tokens('one', 48)]);
  const prepared = objective.prepare(host, { sample: streams, batch: streams(9) });
  expect(Object.keys(prepared.drawn).sort()).toEqual(['mask', 'student.ids']);
  expect(prepared.batch.inputs.ids).toBe(host.inputs.ids);
  const batch = uploadBatch(prepared);
  const seen = tidy(() =>
    network.encoder.maskInputs!({ ids: batch.drawn['student.ids']! }, batch.drawn.mask as never).ids!.arraySync(),
  ) as number[][];
  const { mask } = prepared.drawn;
  const replaced = prepared.drawn['student.ids']!.data;
  expect(seen[0]).toEqual([...replaced].map((id, t) => (mask!.data[t] ? 59 : id)));
  disposeBatch(batch);
});

const v1 = { name: 'data2vec1', targets: { topK: 1 } };

test('masks of whole words need to know where words begin', () => {
  const subject = encoder({ mask: { strategy: 'bert', wholeWords: true } });
  const batch = subject.collate([{ name: 'x', ids: Int32Array.of(0, 4, 5, 2) }]);
  expect(() => subject.drawMask(4, streams(0), { batch, row: 0 })).toThrow('encoder.mask.wholeWords');
});
