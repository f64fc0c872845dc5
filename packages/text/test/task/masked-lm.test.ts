import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
import {
  convertNames,
  initialise,
  RandomStream,
  requireComplete,
  Safetensors,
  Scope,
  within,
  type HostBatch,
  type HostTensor,
  type Task,
  type Weights,
} from '@d2v/core';
import { checkGradient, expectAllclose } from '@d2v/core/testing';
import { tensor, tensor3d, tidy, valueAndGrads, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import plugin, { headRules } from '../../src/index.js';
import { useBackend } from '../encoder/backend.js';

beforeAll(useBackend);

const encoder = { vocabulary: 30, maxTokens: 40 };
const MASK = 29;

function maskedLm(options: object = {}, more: object = {}, dim = 4): Task {
  const kind = plugin.tasks['masked-lm']!;
  return kind.create(kind.schema.parse(options), { dim, classes: [], encoder: { ...encoder, ...more } });
}

/** Two texts, the second one padded from token 9 on. */
function batch(tokens = 20): HostBatch {
  const data = new Int32Array(2 * tokens).fill(1);
  for (let t = 0; t < tokens; t++) data[t] = t === 0 ? 0 : t === tokens - 1 ? 2 : 4 + ((7 * t) % 25);
  data.set([0, 5, 6, 7, 8, 9, 10, 11, 2], tokens);
  return { inputs: { ids: { data, shape: [2, tokens] } }, tokens, size: 2, lengths: [tokens, 9] };
}

const drawn = (task: Task, host = batch(), stream?: RandomStream) => {
  const { batch: masked, targets } = task.targets(host, stream);
  return { ids: masked.inputs.ids!.data, labels: masked.labels as number[], targets };
};

test('what is predicted are ordinary tokens of real texts, and their labels are what stood there', () => {
  const host = batch();
  const before = Int32Array.from(host.inputs.ids!.data);
  for (let seed = 0; seed < 50; seed++) {
    const { ids, labels, targets } = drawn(maskedLm({ ratio: 0.4 }), host, new RandomStream([seed]));
    const chosen = new Set<number>();
    labels.forEach((label, i) => {
      const row = targets.rows!.data[i]!;
      if (label === -1) return expect(targets.weights!.data[i]).toBe(0);
      chosen.add(row);
      expect(before[row]).toBe(label);
      expect(label).toBeGreaterThanOrEqual(4);
    });
    expect(chosen.size).toBe(Math.round(0.4 * 18) + Math.round(0.4 * 7));
    ids.forEach((id, i) => {
      if (!chosen.has(i)) expect(id).toBe(before[i]);
    });
  }
  expect(host.inputs.ids!.data).toEqual(before);
});

test('80 % become <mask>, 10 % random tokens, 10 % stay', () => {
  const counts = { mask: 0, same: 0, other: 0 };
  const host = batch();
  const before = host.inputs.ids!.data;
  for (let seed = 0; seed < 400; seed++) {
    const { ids, labels, targets } = drawn(maskedLm({ ratio: 0.5 }), host, new RandomStream([seed]));
    labels.forEach((label, i) => {
      if (label === -1) return;
      const row = targets.rows!.data[i]!;
      const id = ids[row]!;
      counts[id === MASK ? 'mask' : id === before[row] ? 'same' : 'other']++;
      expect(id).toBeGreaterThanOrEqual(4);
    });
  }
  const total = counts.mask + counts.same + counts.other;
  expect(counts.mask / total).toBeCloseTo(0.8, 1);
  expect(counts.same / total).toBeCloseTo(0.104, 1);
  expect(counts.other / total).toBeGreaterThan(0.06);
});

test("an evaluation's masks depend on the text alone, a training's on its stream", () => {
  const subject = maskedLm();
  expect(drawn(subject).ids).toEqual(drawn(subject).ids);
  const wider = drawn(subject, batch(28)).ids;
  expect(wider.subarray(28, 37)).toEqual(drawn(subject).ids.subarray(20, 29)); // other padding, same text
  const all = [1, 2, 3].map((seed) => drawn(subject, batch(), new RandomStream([seed])).ids.join());
  expect(new Set(all).size).toBeGreaterThan(1);
});

test('a text of special tokens alone has nothing to predict', () => {
  const ids = Int32Array.of(0, 2, 2, 2);
  const host: HostBatch = { inputs: { ids: { data: ids, shape: [1, 4] } }, tokens: 4, size: 1 };
  const { labels, targets } = drawn(maskedLm(), host);
  expect(labels).toEqual([-1]);
  expect([...targets.weights!.data]).toEqual([0]);
});

test.each([true, false])('tied %p: predicted rows are those of all rows, and the gradient is right', (tied) => {
  tidy(() => {
    const subject = maskedLm({ tied });
    const x = tensor3d(
      Float32Array.from({ length: 24 }, (_, i) => Math.sin(3 * i)),
      [2, 3, 4],
    );
    const head = initialise(within('head', subject.parameters), new RandomStream(['head']));
    const table = tensor(
      Float32Array.from({ length: 120 }, (_, i) => Math.cos(i)),
      [30, 4],
    );
    const weights: Weights = { ...head, 'encoder.local.embed_tokens.weight': table };
    const targets = { rows: tensor([4, 0, 0], [3], 'int32'), labels: tensor([7, 29, 0], [3], 'int32'), weights: tensor([1.5, 1.5, 0]) }; // prettier-ignore
    const all = subject.forward(new Scope(weights, 'head'), { tokens: x }, {});
    expect(all.shape).toEqual([2, 3, 30]);
    const few = subject.forward(new Scope(weights, 'head'), { tokens: x }, {}, targets);
    const values = all.dataSync<'float32'>();
    expectAllclose(
      few,
      [4, 0, 0].flatMap((row) => [...values.subarray(30 * row, 30 * row + 30)]),
    );
    const loss = (tokens: Tensor, matrix: Tensor): Tensor => {
      const name = tied ? 'encoder.local.embed_tokens.weight' : 'head.decoder.weight';
      const scope = new Scope({ ...weights, [name]: matrix }, 'head');
      return subject.loss(subject.forward(scope, { tokens: tokens as Tensor3D }, {}, targets), targets);
    };
    checkGradient(loss, [x, tied ? table : head['head.decoder.weight']!]);
  });
});

test('metrics: accuracy in percent and perplexity, places that are not predicted left out', () => {
  const evaluation = maskedLm().evaluation();
  evaluation.add(Float32Array.of(0, Math.log(3), 5, 0, 9, 9), [3, 2], [1, 0, -1]);
  const loss = (Math.log(4 / 3) + Math.log(1 + Math.exp(-5))) / 2;
  expect(evaluation.result()).toEqual({
    accuracy: 100,
    perplexity: expect.closeTo(Math.exp(loss), 6) as number,
  });
});

test('shares that add up to more than 1 are refused', () => {
  expect(() => maskedLm({ leave: 0.6, random: 0.6 })).toThrow('task: leave and random');
});

describe("against Hugging Face's Data2VecTextForMaskedLM", () => {
  const beside = fileURLToPath(new URL('../../../../../shared/fixtures', import.meta.url));
  const folder = join(resolve(process.env.D2V_FIXTURES ?? beside), 'hf-text-mlm');
  const read = async (file: string): Promise<Map<string, HostTensor>> => {
    const path = join(folder, `${file}.safetensors`);
    await access(path).catch((cause: unknown) => {
      throw new Error(`${path} is expected beside the repository, or where D2V_FIXTURES says`, { cause });
    });
    return new Map(new Safetensors(await readFile(path), path));
  };

  test("the head's logits, loss and gradients are PyTorch's", async () => {
    const [model, input, expected] = await Promise.all(['model', 'input', 'expected'].map(read));
    const subject = maskedLm({ normEpsilon: 1e-12 }, { vocabulary: 120 }, 48);
    const heads = new Map([...model!].filter(([name]) => name.startsWith('lm_head.')));
    const converted = convertNames(heads, { rules: headRules['masked-lm'] }, within('head', subject.parameters));
    requireComplete(converted, 'hf-text-mlm');
    const of = ({ data, shape }: HostTensor): Tensor => tensor(data as Float32Array, [...shape], 'float32');
    tidy(() => {
      const names = [...converted.tensors.keys()];
      const table = of(model!.get('data2vec_text.embeddings.word_embeddings.weight')!);
      const hidden = of(expected!.get('hidden_3')!);
      const labels = [...input!.get('labels')!.data];
      const rows = labels.flatMap((label, row) => (label === -100 ? [] : [row]));
      const targets = {
        rows: tensor(rows, [rows.length], 'int32'),
        labels: tensor(rows.map((row) => labels[row]!), [rows.length], 'int32'), // prettier-ignore
        weights: tensor(rows.map(() => 1 / rows.length)),
      };
      const weightsOf = (values: Tensor[]): Weights => ({
        ...Object.fromEntries(names.map((name, i) => [name, values[i]!])),
        'encoder.local.embed_tokens.weight': table,
      });
      const values = [...converted.tensors.values()].map(of);
      const logits = subject.forward(new Scope(weightsOf(values), 'head'), { tokens: hidden as Tensor3D }, {});
      expectAllclose(logits, of(expected!.get('logits')!), { rtol: 1e-4, atol: 1e-4 });
      const { value, grads } = valueAndGrads((...given: Tensor[]) => {
        const scope = new Scope(weightsOf(given), 'head');
        return subject.loss(subject.forward(scope, { tokens: hidden as Tensor3D }, {}, targets), targets);
      })(values);
      expectAllclose(value, expected!.get('loss')!.data as Float32Array, { rtol: 1e-4 });
      const theirs = new Map([...expected!].flatMap(([name, t]) => (name.startsWith('grad.lm_head.') ? [[name.slice(5), t]] : [])) as [string, HostTensor][]); // prettier-ignore
      const wanted = convertNames(theirs, { rules: headRules['masked-lm'] });
      names.forEach((name, i) => expectAllclose(grads[i]!, of(wanted.tensors.get(name)!), { rtol: 1e-3, atol: 1e-5 }));
    });
  });
});
