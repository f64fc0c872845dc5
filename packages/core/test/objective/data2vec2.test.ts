import { HostNoise, RandomStream, uploadBatch, type Model, type Prepared, type Weights } from '../../src/index.js';
import { expectAllclose } from '../../src/testing/index.js';
import { tidy } from '@tensorflow/tfjs-core';
import { anyWeights } from '../encoder/run.js';
import { hide, toySamples } from '../encoder/toy.js';
import { total } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';
import { batchOf, gradientsOf, pass, toyModel } from './run.js';

beforeAll(useBackend);

const samples = toySamples(6, 6);
/** Three masks a sample, three hidden tokens each. */
const MASKS = [
  hide(6, 0, 1, 2),
  hide(6, 1, 3, 5),
  hide(6, 2, 4, 5),
  hide(6, 0, 3, 4),
  hide(6, 3, 4, 5),
  hide(6, 0, 2, 4),
];
const CLOSE = { rtol: 1e-4, atol: 1e-5 };

const kinds: [string, object][] = [
  ['learned positions', { positions: ['learned'] }],
  ['convolutional positions and ALiBi', { positions: ['conv', 'alibi'] }],
  ['a relative table, two extra tokens', { positions: ['table'], extraTokens: 2 }],
];

describe.each(kinds)('with %s', (_name, encoder) => {
  test('M masks in one batch equal M single-mask batches', () => {
    tidy(() => {
      const model = toyModel({ name: 'data2vec2', clsLoss: 0 }, { encoder });
      const weights = anyWeights(model.parameters);
      const together = batchOf(model, samples, ...MASKS);
      const apart = [0, 1, 2].map((i) => batchOf(model, samples, MASKS[i]!, MASKS[3 + i]!));
      const loss = (batch: typeof together): number => pass(model, weights, {}, batch).terms.regression!;
      expectAllclose([loss(together)], [apart.map(loss).reduce((a, b) => a + b)], { rtol: 1e-5 });
      const gradients = apart.map((batch) => gradientsOf(model, weights, batch));
      for (const [name, gradient] of gradientsOf(model, weights, together)) {
        const sum = Float32Array.from(gradient!, (_, i) => total(3, (k) => gradients[k]!.get(name)![i]!));
        expectAllclose(gradient!, sum, { rtol: 1e-3, atol: 1e-4 });
      }
    });
  });

  test('the order of visible tokens does not matter', () => {
    tidy(() => {
      const model = toyModel({ name: 'data2vec2' }, { encoder });
      const weights = anyWeights(model.parameters);
      const batch = model.network.encoder.collate(samples);
      const prepared = model.objective.place(Uint8Array.from(MASKS.flatMap((mask) => [...mask])), batch);
      const extra = model.network.encoder.extraTokens.count;
      const shuffled = { ...prepared, drawn: reversed(prepared.drawn, MASKS.length, 3, extra) };
      const decoded = [prepared, shuffled].map((each) => decode(model, weights, each));
      expectAllclose(decoded[1]!, decoded[0]!, CLOSE);
    });
  });

  test('what is hidden does not reach the student, what is visible does', () => {
    tidy(() => {
      const model = toyModel({ name: 'data2vec2' }, { encoder });
      const weights = anyWeights(model.parameters);
      const encode = (token: number): Float32Array => {
        const values = samples[0]!.values.map((value, i) => (Math.floor(i / 3) === token ? value + 5 : value));
        const batch = batchOf(model, [{ ...samples[0]!, values }], hide(6, 2, 4, 5));
        return pass(model, weights, {}, batch).observed.get('decoded')!;
      };
      expectAllclose(encode(4), encode(5), { rtol: 0, atol: 0 });
      expect(() => expectAllclose(encode(4), encode(3))).toThrow('values differ');
    });
  });
});

/** The gather indices with each row's visible tokens in reverse. */
function reversed(drawn: Prepared['drawn'], rows: number, count: number, extra: number): Prepared['drawn'] {
  const flip = (data: ArrayLike<number>, offset: number, width: number): Int32Array =>
    Int32Array.from({ length: data.length }, (_, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      return data[row * width + (column < offset ? column : width - 1 - (column - offset))]!;
    });
  return {
    ...drawn,
    source: { ...drawn.source!, data: flip(drawn.source!.data, 0, count) },
    grid: { ...drawn.grid!, data: flip(drawn.grid!.data, 0, count) },
    present: { ...drawn.present!, data: flip(drawn.present!.data, extra, extra + count) },
    restore: {
      ...drawn.restore!,
      data: Int32Array.from(drawn.restore!.data, (slot) => {
        const [row, rank] = [Math.floor(slot / count), slot % count];
        return slot < rows * count ? row * count + (count - 1 - rank) : slot;
      }),
    },
  };
}

function decode(model: Model, weights: Weights, prepared: Prepared): Float32Array {
  return pass(model, weights, {}, uploadBatch(prepared)).observed.get('decoded')!;
}

test('the student sees visible tokens alone, and the decoder every cell', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec2' });
    const { observed } = pass(model, anyWeights(model.parameters), {}, batchOf(model, samples, ...MASKS));
    expect(observed.get('student_encoded')).toHaveLength(6 * (1 + 3) * 16);
    expect(observed.get('decoded')).toHaveLength(6 * 6 * 16);
    expect(observed.get('targets')).toHaveLength(2 * 6 * 16);
  });
});

test('regression and cls loss are the sums of the reference', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec2', clsLoss: 0.01, regression: 2 });
    const weights = anyWeights(model.parameters);
    const { terms, sampleSize, observed } = pass(model, weights, {}, batchOf(model, samples, ...MASKS));
    const [decoded, targets, encoded] = ['decoded', 'targets', 'student_encoded'].map((name) => observed.get(name)!);
    const target = (row: number, t: number, c: number): number => targets![(Math.floor(row / 3) * 6 + t) * 16 + c]!;
    const masked = total(6 * 6 * 16, (i) => {
      const [row, t, c] = [Math.floor(i / 96), Math.floor(i / 16) % 6, i % 16];
      return MASKS[row]![t]! * (decoded![i]! - target(row, t, c)) ** 2;
    });
    const cls = total(6 * 16, (i) => {
      const [row, c] = [Math.floor(i / 16), i % 16];
      return (encoded![row * 4 * 16 + c]! - total(6, (t) => target(row, t, c)) / 6) ** 2;
    });
    expect(sampleSize).toBe(18);
    expectAllclose([terms.regression!], [(2 * masked) / 4], { rtol: 1e-4 });
    expectAllclose([terms.cls!], [(0.01 * 18 * cls) / 4], { rtol: 1e-4 });
  });
});

test('a teacher that shares the local encoder sees the local features of the student', () => {
  tidy(() => {
    const observed = (share: string[], scale: number): Float32Array => {
      const model = toyModel({ name: 'data2vec2', teacher: { share } });
      const student = anyWeights(model.parameters);
      const teacher = { 'encoder.local.weight': student['encoder.local.weight']!.mul(scale) };
      return pass(model, student, share.length > 0 ? {} : teacher, batchOf(model, samples, ...MASKS)).observed.get(
        'targets',
      )!;
    };
    expectAllclose(observed(['encoder.local'], 1), observed([], 1), CLOSE);
    expect(() => expectAllclose(observed([], 2), observed([], 1), CLOSE)).toThrow('values differ');
  });
});

test('masked cells hold noise of the given strength in training, and zeros in evaluation', () => {
  tidy(() => {
    const run = (maskNoise: number, seed?: number): Float32Array => {
      const model = toyModel({ name: 'data2vec2', maskNoise });
      const noise = seed === undefined ? undefined : new HostNoise(new RandomStream([seed]));
      return pass(model, anyWeights(model.parameters), {}, batchOf(model, samples, ...MASKS), { noise }).observed.get(
        'decoded',
      )!;
    };
    expectAllclose(run(0.5), run(0), { rtol: 0, atol: 0 });
    expectAllclose(run(0, 1), run(0), { rtol: 0, atol: 0 });
    expect(() => expectAllclose(run(0.5, 1), run(0.5, 2), CLOSE)).toThrow('values differ');
  });
});

test('keepMasked shows the student some masked tokens and still scores them', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec2', keepMasked: 1 / 3 });
    const { observed, sampleSize } = pass(model, anyWeights(model.parameters), {}, batchOf(model, samples, ...MASKS));
    expect(observed.get('student_encoded')).toHaveLength(6 * (1 + 4) * 16);
    expect(sampleSize).toBe(18);
  });
});

test.each(['masked', 'all'] as const)('the decoder gets the positions of %s cells again', (positions) => {
  tidy(() => {
    const decoder = { width: 8, layers: 1, kernel: 1, groups: 1, residual: false };
    const decoded = (where: string): Float32Array => {
      const model = toyModel({ name: 'data2vec2', decoder: { ...decoder, positions: where } });
      return pass(model, anyWeights(model.parameters), {}, batchOf(model, samples, ...MASKS)).observed.get('decoded')!;
    };
    const [with_, without] = [decoded(positions), decoded('none')];
    MASKS.forEach((mask, row) => {
      mask.forEach((hidden, t) => {
        const [a, b] = [with_, without].map((values) => values.subarray((row * 6 + t) * 16, (row * 6 + t + 1) * 16));
        const equal = a!.every((value, i) => Math.abs(value - b![i]!) < 1e-6);
        expect(equal).toBe(positions === 'masked' && hidden === 0);
      });
    });
  });
});

test.each(kinds.slice(0, 2))(
  'with %s, padding never changes what the student makes of a real visible token',
  (_name, encoder) => {
    tidy(() => {
      const model = toyModel({ name: 'data2vec2' }, { encoder });
      const weights = anyWeights(model.parameters);
      const [long, short] = toySamples(6, 4);
      const encoded = (of: typeof samples, ...masks: Uint8Array[]): Float32Array =>
        pass(model, weights, {}, batchOf(model, of, ...masks)).observed.get('student_encoded')!;
      const alone = encoded([short!], hide(4, 0, 1)); // cls, 2, 3
      const padded = encoded([long!, short!], hide(6, 0, 5), hide(6, 0, 1)); // cls, 2, 3 and the padding 4, 5
      const width = 5 * 16;
      expectAllclose(padded.subarray(width, width + 3 * 16), alone, CLOSE);
    });
  },
);
