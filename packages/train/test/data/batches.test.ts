import { setTimeout as wait } from 'node:timers/promises';
import { disposeBatch, RandomStream, SampleError, type Encoder, type HostBatch, type Objective } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { trainingBatches, type BatchOptions, type LoadedBatch } from '../../src/data/batches.js';
import { BatchOrder } from '../../src/data/order.js';
import type { SampleRequest, SampleSource } from '../../src/data/source.js';

beforeAll(() => loadBackend('wasm'));

const SIZE = 10;

/** Samples are their own index and a number drawn with their key; `read` may delay or refuse one. */
class Numbers implements SampleSource {
  readonly size = SIZE;
  readonly requests: SampleRequest[] = [];

  constructor(private readonly read: (index: number) => Promise<void> | void = () => undefined) {}

  name(index: number): string {
    return `number ${index}`;
  }

  async load(request: SampleRequest): Promise<[number, number]> {
    this.requests.push(request);
    await this.read(request.index);
    return [request.index, new RandomStream(request.key).uniform()];
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

const encoder = {
  collate: (samples: readonly [number, number][]): HostBatch => ({
    inputs: { numbers: { data: Float32Array.from(samples.flat()), shape: [samples.length, 2] } },
    tokens: 1,
    size: samples.length,
  }),
} as Pick<Encoder, 'collate'> as Encoder;

const objective = {
  prepare: (batch, { sample }) => ({
    batch,
    drawn: {
      mask: {
        data: Float32Array.from({ length: batch.size }, (_, i) => sample(i).uniform()),
        shape: [batch.size],
      },
    },
  }),
} as Pick<Objective, 'prepare'> as Objective;

const options = (source: SampleSource, more: Partial<BatchOptions> = {}): BatchOptions => ({
  source,
  order: new BatchOrder(SIZE, 4, 1),
  encoder,
  objective,
  seed: 1,
  accumulate: 1,
  prefetch: 3,
  onBadSample: 'stop',
  ...more,
});

interface Seen extends Omit<LoadedBatch, 'parts'> {
  readonly parts: readonly { readonly numbers: number[]; readonly mask: number[] }[];
}

async function consume(from: BatchOptions, first: number, last: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const { parts, ...rest } of trainingBatches(from, first, last)) {
    const values = parts.map(({ inputs, drawn }) => ({
      numbers: [...inputs.numbers!.dataSync()],
      mask: [...drawn.mask!.dataSync()],
    }));
    parts.forEach(disposeBatch);
    seen.push({ ...rest, parts: values });
  }
  return seen;
}

test('batches come in order with the samples of their update, however long each sample takes', async () => {
  const slow = new Numbers((index) => wait((index * 7) % 11));
  const batches = await consume(options(slow), 1, 6);
  const order = new BatchOrder(SIZE, 4, 1);
  expect(batches.map(({ update }) => update)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const { update, samples, parts } of batches) {
    expect(samples).toEqual(order.batch(update));
    expect(parts[0]!.numbers.filter((_, i) => i % 2 === 0)).toEqual(samples);
  }
});

test('prefetching changes nothing but when samples are asked for', async () => {
  const through = await consume(options(new Numbers(), { prefetch: 1 }), 1, 5);
  expect(await consume(options(new Numbers(), { prefetch: 4 }), 1, 5)).toEqual(through);
  expect(await consume(options(new Numbers()), 3, 5)).toEqual(through.slice(2));
});

test('it loads as far ahead as it is told to, and not past the last update', async () => {
  const source = new Numbers();
  const batches = trainingBatches(options(source, { prefetch: 3 }), 1, 4);
  const next = async (): Promise<void> => (await batches.next()).value?.parts.forEach(disposeBatch);
  await next();
  expect(source.requests).toHaveLength(3 * 4);
  await next();
  await next();
  await next();
  expect((await batches.next()).done).toBe(true);
  expect(source.requests).toHaveLength(4 * 4);
});

test('parts of a batch are its samples with the same masks and augmentation', async () => {
  const [whole] = await consume(options(new Numbers()), 2, 2);
  const [split] = await consume(options(new Numbers(), { accumulate: 3 }), 2, 2);
  expect(split!.parts.map(({ mask }) => mask.length)).toEqual([2, 2]);
  expect(split!.parts.flatMap(({ numbers }) => numbers)).toEqual(whole!.parts[0]!.numbers);
  expect(split!.parts.flatMap(({ mask }) => mask)).toEqual(whole!.parts[0]!.mask);
});

describe('a bad sample', () => {
  const refuse = (...bad: number[]) =>
    new Numbers((index) => {
      if (bad.includes(index)) throw new SampleError(`number ${index}`, 'is bad');
    });

  test('ends the batches when its turn comes, not while it is loaded ahead', async () => {
    const order = new BatchOrder(SIZE, 4, 1);
    const bad = order.batch(2).find((index) => !order.batch(1).includes(index))!;
    const batches = trainingBatches(options(refuse(bad)), 1, 3);
    (await batches.next()).value!.parts.forEach(disposeBatch);
    await expect(batches.next()).rejects.toThrow(`number ${bad}: is bad`);
  });

  test('gives its place to the next good one of the dataset, and is told with the batch', async () => {
    const [plain, skipped] = [
      await consume(options(new Numbers()), 1, 5),
      await consume(options(refuse(8, 9), { onBadSample: 'skip' }), 1, 5),
    ];
    skipped.forEach(({ samples, skipped: told }, i) => {
      const wanted = plain[i]!.samples;
      expect(samples).toEqual(wanted.map((index) => (index >= 8 ? 0 : index)));
      expect(told.map(({ sample }) => sample).sort()).toEqual(
        wanted.flatMap((index) => (index === 8 ? ['number 8', 'number 9'] : index === 9 ? ['number 9'] : [])).sort(),
      );
    });
  });

  test('is an error when none is good', async () => {
    const all = refuse(...Array.from({ length: SIZE }, (_, i) => i));
    await expect(consume(options(all, { onBadSample: 'skip' }), 1, 1)).rejects.toThrow(SampleError);
  });

  test('is what a SampleError says; anything else ends the batches', async () => {
    const broken = new Numbers(() => {
      throw new TypeError('not a function');
    });
    await expect(consume(options(broken, { onBadSample: 'skip' }), 1, 1)).rejects.toThrow(TypeError);
  });

  /** Samples that are read, but that `part` of the way to a batch refuses. */
  const refusing = (part: 'collate' | 'prepare', ...bad: number[]): Partial<BatchOptions> => {
    const check = (numbers: ArrayLike<number>): void => {
      const found = bad.find((index) => Array.from(numbers).some((value, i) => i % 2 === 0 && value === index));
      if (found !== undefined) throw new SampleError(`number ${found}`, `cannot ${part}`);
    };
    return {
      onBadSample: 'skip',
      encoder: {
        ...encoder,
        collate: (samples: readonly [number, number][]) => {
          if (part === 'collate') check(samples.flat());
          return encoder.collate(samples);
        },
      },
      objective: {
        ...objective,
        prepare: (batch, streams) => {
          if (part === 'prepare') check(batch.inputs.numbers!.data);
          return objective.prepare(batch, streams);
        },
      },
    };
  };

  test.each(['collate', 'prepare'] as const)('that is read but fails to %s is a bad sample too', async (part) => {
    const source = new Numbers((index) => {
      if (index === 9) throw new SampleError('number 9', 'is bad');
    });
    const [alike, found] = [
      await consume(options(refuse(8, 9), { onBadSample: 'skip', accumulate: 2 }), 1, 5),
      await consume(options(source, { ...refusing(part, 8), accumulate: 2 }), 1, 5),
    ];
    const told = (batches: readonly Seen[]) => batches.map(({ skipped }) => skipped.map(({ sample }) => sample).sort());
    expect(told(found)).toEqual(told(alike));
    expect(found.map(({ samples, parts }) => ({ samples, parts }))).toEqual(
      alike.map(({ samples, parts }) => ({ samples, parts })),
    );
  });

  test('that cannot be prepared ends the batches where it should stop, or when none can', async () => {
    const stopping = { ...refusing('prepare', 8), onBadSample: 'stop' } as const;
    await expect(consume(options(new Numbers(), stopping), 1, 5)).rejects.toThrow('number 8: cannot prepare');
    const none = refusing('collate', ...Array.from({ length: SIZE }, (_, i) => i));
    await expect(consume(options(new Numbers(), none), 1, 1)).rejects.toThrow(SampleError);
  });
});
