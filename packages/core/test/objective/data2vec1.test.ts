import { HostNoise, RandomStream, type BatchStreams } from '../../src/index.js';
import { expectAllclose } from '../../src/testing/index.js';
import { tidy } from '@tensorflow/tfjs-core';
import { anyWeights, featuresOf } from '../encoder/run.js';
import { hide, toySamples } from '../encoder/toy.js';
import { total } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';
import { batchOf, gradientsOf, pass, toyModel } from './run.js';

beforeAll(useBackend);

const MASKS = [hide(6, 1, 4, 5), hide(6, 0)];
const samples = toySamples(6, 6);

test('a teacher that equals the student gives targets that equal its features', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec1', targets: { topK: 1, tensor: 'block' } });
    const weights = anyWeights(model.parameters);
    const { observed } = pass(model, weights, {}, batchOf(model, samples, ...MASKS));
    const features = model.network.withoutExtra(featuresOf(model.network, weights, samples));
    expectAllclose(observed.get('targets')!, features.dataSync(), { rtol: 1e-5, atol: 1e-6 });
  });
});

test('the teacher uses its own weights, and the student is not its', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec1' });
    const student = anyWeights(model.parameters);
    const teacher = { 'blocks.0.mlp.fc1.weight': student['blocks.0.mlp.fc1.weight']!.mul(1.5) };
    const batch = batchOf(model, samples, ...MASKS);
    const [own, shared] = [pass(model, student, teacher, batch), pass(model, student, {}, batch)];
    expect(() => expectAllclose(own.observed.get('targets')!, shared.observed.get('targets')!)).toThrow();
    expectAllclose(own.observed.get('student_encoded')!, shared.observed.get('student_encoded')!);
  });
});

test('the loss is the scaled regression over masked tokens, counted by them', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec1', head: 0, loss: { beta: 2 } });
    const weights = anyWeights(model.parameters);
    const { terms, sampleSize, observed } = pass(model, weights, {}, batchOf(model, samples, ...MASKS));
    const [encoded, targets] = [observed.get('student_encoded')!, observed.get('targets')!];
    const masked = MASKS.flatMap((mask) => [...mask]);
    const element = (e: number): number => (Math.abs(e) < 2 ? (e * e) / 4 : Math.abs(e) - 1);
    const sum = total(encoded.length, (i) => masked[Math.floor(i / 16)]! * element(encoded[i]! - targets[i]!));
    expectAllclose([terms.regression!], [sum / Math.sqrt(16)], { rtol: 1e-5 });
    expect(sampleSize).toBe(4);
  });
});

test('a given loss scale replaces 1/√dim', () => {
  tidy(() => {
    const loss = (scale: number | null): number => {
      const model = toyModel({ name: 'data2vec1', loss: { scale } });
      return pass(model, anyWeights(model.parameters), {}, batchOf(model, samples, ...MASKS)).terms.regression!;
    };
    expect(loss(1)).toBeCloseTo(4 * loss(null), 4);
  });
});

test('what is hidden does not reach the student, what is visible does', () => {
  tidy(() => {
    const encode = (maskInputs: boolean, token: number): Float32Array => {
      const model = toyModel({ name: 'data2vec1' }, { encoder: { maskInputs } });
      const values = samples[0]!.values.map((value, i) => (Math.floor(i / 3) === token ? value + 5 : value));
      const batch = batchOf(model, [{ ...samples[0]!, values }, samples[1]!], ...MASKS);
      return pass(model, anyWeights(model.parameters), {}, batch).observed.get('student_encoded')!;
    };
    for (const maskInputs of [false, true]) {
      expectAllclose(encode(maskInputs, 4), encode(maskInputs, 5), { rtol: 0, atol: 0 });
      expect(() => expectAllclose(encode(maskInputs, 4), encode(maskInputs, 2))).toThrow('values differ');
    }
  });
});

test('masks are drawn over real tokens alone, one stream a sample', () => {
  const model = toyModel({ name: 'data2vec1' });
  const streams: BatchStreams = { sample: (i) => new RandomStream(['m', i]), batch: new RandomStream(['b']) };
  const batch = model.network.encoder.collate(toySamples(6, 2, 4));
  const { mask } = model.objective.prepare(batch, streams).drawn;
  expect(mask!.shape).toEqual([3, 6]);
  [6, 2, 4].forEach((length, i) => {
    const row = mask!.data.subarray(i * 6, i * 6 + 6);
    const own = model.network.encoder.drawMask(length, new RandomStream(['m', i]));
    expect([...row]).toEqual([...own, ...new Array<number>(6 - length).fill(0)]);
  });
});

test('the collapse metrics are those of masked tokens', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec1', head: 0 });
    const { metrics, observed } = pass(model, anyWeights(model.parameters), {}, batchOf(model, samples, ...MASKS));
    const masked = MASKS.flatMap((mask) => [...mask]);
    const spread = (values: Float32Array): number => {
      const rows = masked.flatMap((hidden, i) => (hidden ? [values.subarray(i * 16, i * 16 + 16)] : []));
      return (
        total(16, (c) => {
          const mean = total(rows.length, (n) => rows[n]![c]!) / rows.length;
          return Math.sqrt(total(rows.length, (n) => (rows[n]![c]! - mean) ** 2) / (rows.length - 1) + 1e-6);
        }) / 16
      );
    };
    expectAllclose([metrics.target_var!], [spread(observed.get('targets')!)], { rtol: 1e-4 });
    expectAllclose([metrics.pred_var!], [spread(observed.get('student_encoded')!)], { rtol: 1e-4 });
  });
});

test('no gradient flows into the teacher: sharing weights with it changes none', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec1' });
    const student = anyWeights(model.parameters);
    const batch = batchOf(model, samples, ...MASKS);
    // Targets do not depend on the mask token or the head, so a constant copy of the student must give the same.
    const shared = gradientsOf(model, student, batch);
    const copy = Object.fromEntries(Object.entries(student).map(([name, w]) => [name, w.add(0)]));
    const separate = gradientsOf({ ...model, objective: withTeacher(model, copy) }, student, batch);
    for (const [name, gradient] of shared) expectAllclose(separate.get(name)!, gradient!, { rtol: 0, atol: 1e-7 });
  });
});

/** The objective with a teacher of its own. */
function withTeacher(model: ReturnType<typeof toyModel>, teacher: Parameters<typeof pass>[2]): typeof model.objective {
  const { objective } = model;
  return Object.assign(Object.create(objective) as typeof objective, {
    loss: (...[student, , batch, context]: Parameters<typeof objective.loss>) =>
      objective.loss(student, teacher, batch, context),
  });
}

test('dropout makes the loss of a training pass differ, and the targets not', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec1' }, { backbone: { dropout: { mlp: 0.5 } } });
    const weights = anyWeights(model.parameters);
    const batch = batchOf(model, samples, ...MASKS);
    const noise = new HostNoise(new RandomStream(['n']));
    const [training, evaluation] = [pass(model, weights, {}, batch, { noise }), pass(model, weights, {}, batch)];
    expect(training.terms.regression).not.toBeCloseTo(evaluation.terms.regression!, 3);
    expectAllclose(training.observed.get('targets')!, evaluation.observed.get('targets')!, { rtol: 0, atol: 0 });
  });
});
