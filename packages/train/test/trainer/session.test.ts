import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CollapseError, SampleError } from '@d2v/core';
import { memory } from '@tensorflow/tfjs-core';
import { loadRun, pretrain, type PretrainOptions, type RunEvent } from '../../src/index.js';
import { Checkpoint } from '../../src/checkpoint/index.js';
import { BatchOrder } from '../../src/data/order.js';
import { OtherConfigError, RunLockedError } from '../../src/run/index.js';
import { readLog } from '../../src/run/log.js';
import { NotFiniteError } from '../../src/trainer/trainer.js';
import { temporaryFolder } from '../api/squares.js';
import { only, tampered, tensorSums, tinyRun } from './tiny.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
let out: string;
let runs = 0;
beforeEach(() => (out = join(folder, `run${++runs}`)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const checkpoints = (): number[] => readdirSync(join(out, 'checkpoints')).sort().map(Number);
const locked = (): boolean => existsSync(join(out, 'run.lock'));

/** Runs to the end or to an error, and keeps what it told. */
async function follow(options: Partial<PretrainOptions> & Pick<PretrainOptions, 'config'>) {
  const events: RunEvent[] = [];
  const run = pretrain({ out, ...options, onEvent: (event) => events.push(event) });
  const outcome = await run.then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  return { events, ...outcome };
}

describe('a run that is stopped', () => {
  test('by a signal ends after the update in progress, with a checkpoint, and the same call finishes it', async () => {
    const config = tinyRun(data, { checkpoint: { every: 100 } });
    const abort = new AbortController();
    const stopped = await pretrain({
      config,
      out,
      signal: abort.signal,
      onEvent: (event) => event.type === 'update' && event.update === 2 && abort.abort(),
    });
    expect(stopped).toMatchObject({ finished: false, update: 2, path: out });
    expect(checkpoints()).toEqual([2]);
    expect(locked()).toBe(false);

    const { events, result } = await follow({ config });
    expect(only(events, 'start')).toMatchObject([{ update: 2, total: 4, resumed: true }]);
    expect(only(events, 'update').map(({ update }) => update)).toEqual([3, 4]);
    expect(result).toMatchObject({ finished: true, update: 4 });
    const again = await follow({ config });
    expect(only(again.events, 'update')).toEqual([]);
    expect(again.result).toEqual(result);
  });

  test('at any of its events unlocks its folder and frees its tensors', async () => {
    const config = tinyRun(data, { updates: 2, validate: { every: 1 } });
    await follow({ config }); // loads the backend
    const before = memory().numTensors;
    for (const type of ['backend', 'start', 'update', 'validation', 'checkpoint', 'end'] as const) {
      rmSync(out, { recursive: true, force: true });
      let reached = false;
      for await (const event of pretrain({ config, out })) {
        if (event.type !== type) continue;
        reached = true;
        expect(locked()).toBe(type !== 'backend');
        break;
      }
      expect({ type, reached, locked: locked(), leaked: memory().numTensors - before }).toEqual({
        type,
        reached: true,
        locked: false,
        leaked: 0,
      });
    }
  });

  test('leaves no result to await', async () => {
    const run = pretrain({ config: tinyRun(data), out });
    for await (const { type } of run) if (type === 'update') break;
    await expect(run).rejects.toThrow('left before its end');
  });

  test('by an error rejects the result with it', async () => {
    const run = pretrain({ config: { ...tinyRun(data), version: 99 }, out });
    const iterate = async (): Promise<void> => {
      for await (const event of run) void event;
    };
    await expect(iterate()).rejects.toThrow(/version/);
    await expect(run).rejects.toThrow(/version/);
  });

  test('by a listener that throws unlocks its folder too', async () => {
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'update') throw new Error('the listener is broken');
    };
    await expect(pretrain({ config: tinyRun(data), out, onEvent })).rejects.toThrow('the listener is broken');
    expect(locked()).toBe(false);
  });
});

describe('a run folder', () => {
  test('is refused to another configuration, which is named, and left as it is', async () => {
    const config = tinyRun(data, { updates: 1 });
    await pretrain({ config, out });
    const before = readFileSync(join(out, 'config.yaml'), 'utf8');
    const { error } = await follow({ config, set: ['optimizer.learningRate=0.5'] });
    expect(error).toBeInstanceOf(OtherConfigError);
    expect((error as Error).message).toMatch(/optimizer\.learningRate: 0\.001 there, 0\.5 now/);
    expect(readFileSync(join(out, 'config.yaml'), 'utf8')).toBe(before);
    expect(locked()).toBe(false);
  });

  test('takes another rhythm of checkpoints, which changes nothing that is learnt', async () => {
    await pretrain({ config: tinyRun(data, { updates: 1 }), out });
    const { result } = await follow({ config: tinyRun(data, { updates: 1, checkpoint: { every: 7 } }) });
    expect(result).toMatchObject({ finished: true });
  });

  test('belongs to one process at a time', async () => {
    for await (const event of pretrain({ config: tinyRun(data), out })) {
      if (event.type !== 'update') continue;
      const { error } = await follow({ config: tinyRun(data) });
      expect(error).toBeInstanceOf(RunLockedError);
      break;
    }
  });
});

test('a damaged last checkpoint is passed over with a warning, for the one before it', async () => {
  const config = tinyRun(data, { checkpoint: { every: 2, keepLast: 2 } });
  await pretrain({ config, out });
  const sums = tensorSums(out, 4);
  const file = join(out, 'checkpoints', '00000004', 'student.safetensors');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);

  const { events, result } = await follow({ config });
  expect(only(events, 'warning')).toHaveLength(1);
  expect(only(events, 'warning')[0]!.message).toContain(`${file} is damaged`);
  expect(only(events, 'start')).toMatchObject([{ update: 2, resumed: true }]);
  expect(result).toMatchObject({ finished: true, update: 4 });
  expect(tensorSums(out, 4)).toEqual(sums);
  const updates = readLog(join(out, 'log.jsonl')).flatMap((record) => ('loss' in record ? [record.update] : []));
  expect(updates).toEqual([1, 2, 3, 4]);
});

describe('a loss that is not finite', () => {
  const BAD = 4;
  const [sample] = new BatchOrder(120, 8, 1).batch(BAD);
  const training = { updates: 6, checkpoint: { every: 1, keepLast: 6 }, validate: { every: 100 } };
  const poisoned = (files: RegExp) =>
    tampered(({ name, pixels }) => {
      if (files.test(name) && name.endsWith(`[${sample}]`)) pixels.fill(1e38); // finite, but its square is not
    });
  const values = async (update: number): Promise<Record<string, number[]>> => {
    const run = await loadRun(out, { checkpoint: update });
    const all = Object.fromEntries(Object.entries(run.weights).map(([name, value]) => [name, [...value.dataSync()]]));
    run.dispose();
    return all;
  };

  test('ends the run with the update and its samples, and leaves the weights as they were', async () => {
    const { events, error } = await follow({ config: tinyRun(data, training), plugin: await poisoned(/train/) });
    expect(error).toBeInstanceOf(NotFiniteError);
    expect((error as Error).message).toContain(`update ${BAD}: the loss is NaN`);
    expect((error as Error).message).toMatch(
      new RegExp(`its batch starts with .*train-images\\.idx\\[${sample}\\], .*\\[\\d+\\], .*\\[\\d+\\]`),
    );
    expect(only(events, 'update').map(({ update }) => update)).toEqual([1, 2, 3]);
    expect(checkpoints()).toEqual([1, 2, 3]);
    for (const numbers of Object.values(await values(3))) expect(numbers.every(Number.isFinite)).toBe(true);
  });

  test('costs that update alone with onNaN: skip, which is told and counted', async () => {
    const options = { config: tinyRun(data, { ...training, onNaN: 'skip' }), plugin: await poisoned(/train/) };
    const { events, result } = await follow(options);
    expect(result).toMatchObject({ finished: true, update: 6, skippedUpdates: 1 });
    const bad = only(events, 'update').filter(({ loss }) => !Number.isFinite(loss));
    expect(bad.map(({ update }) => update)).toEqual([BAD]);
    expect(only(events, 'warning').map(({ message }) => message)).toEqual([
      expect.stringContaining(`update ${BAD} is left out: the loss is NaN`),
    ]);
    expect(tensorSums(out, BAD)).toEqual(tensorSums(out, BAD - 1));
    expect(tensorSums(out, BAD + 1)).not.toEqual(tensorSums(out, BAD));
    expect((await follow(options)).result!.skippedUpdates).toBe(1);
  });

  test('of the validation is not the best one, and the run goes on', async () => {
    const config = tinyRun(data, { ...training, validate: { every: 2 } });
    let validations = 0;
    const plugin = await tampered(({ name, pixels }) => {
      if (/validation-images.*\[0\]$/.test(name) && ++validations === 1) pixels.fill(1e38);
    });
    const { events, result } = await follow({ config, plugin });
    const losses = only(events, 'validation').map(({ metrics }) => metrics.loss!);
    expect(losses.map(Number.isFinite)).toEqual([false, true, true]);
    expect(result).toMatchObject({ finished: true });
    const { state } = await Checkpoint.open(join(out, 'checkpoints', '00000006'));
    expect(state.best!.value).toBe(Math.min(...losses.slice(1)));
  });
});

describe('samples that cannot be read', () => {
  const bad = new Set([3, 4, 50]);
  const number = (name: string): number => Number(/\[(\d+)\]$/.exec(name)![1]);
  const seen: number[] = [];
  const broken = () =>
    tampered(({ name }) => {
      if (bad.has(number(name))) throw new SampleError(name, 'cannot be decoded');
      seen.push(number(name));
    });
  const training = { updates: 15, validate: { every: 100 }, checkpoint: { every: 1, keepLast: 15 } };
  const withoutValidation = (config: ReturnType<typeof tinyRun>) => {
    const { validation: _, ...rest } = config.data;
    return { ...config, data: rest };
  };

  test('end the run with the name of the sample', async () => {
    const config = withoutValidation(tinyRun(data, training));
    const { error } = await follow({ config, plugin: await broken() });
    expect(error).toBeInstanceOf(SampleError);
    expect((error as SampleError).message).toMatch(/train-images\.idx\[(3|4|50)\]: cannot be decoded/);
    expect(locked()).toBe(false);
  });

  test('are replaced by the next good one, told and counted once with onBadSample: skip, also over a break', async () => {
    const config = withoutValidation(tinyRun(data, { ...training, onBadSample: 'skip' }));
    seen.length = 0;
    const through = await follow({ config, plugin: await broken() });
    const told = only(through.events, 'skipped').map(({ error }) => number(error.sample));
    // 3 → 4 → 5, so that sample 4 is met twice in the epoch.
    expect(told.sort((a, b) => a - b)).toEqual([3, 4, 4, 50]);
    expect(through.result).toMatchObject({ finished: true, skipped: 4 });
    expect(seen.sort((a, b) => a - b)).toEqual(
      [...Array.from({ length: 120 }, (_, i) => i).filter((i) => !bad.has(i)), 5, 5, 51].sort((a, b) => a - b),
    );

    const sums = tensorSums(out, 15);
    out += 'broken';
    let skipped = 0;
    for (let update = 0; update < 15;) {
      // Stops after one update.
      const { events, result } = await follow({ config, plugin: await broken(), signal: AbortSignal.abort() });
      skipped += only(events, 'skipped').length;
      expect(result!.skipped).toBe(skipped);
      ({ update } = result!);
    }
    expect(skipped).toBe(4);
    expect(tensorSums(out, 15)).toEqual(sums);
  });

  test('end the run even with onBadSample: skip when there is no good one', async () => {
    const config = withoutValidation(tinyRun(data, { ...training, onBadSample: 'skip' }));
    const plugin = await tampered(({ name }) => {
      throw new SampleError(name, 'cannot be decoded');
    });
    expect((await follow({ config, plugin })).error).toBeInstanceOf(SampleError);
  });
});

test('the validation loss of the same weights is the same every time', async () => {
  // A learning rate of next to nothing, and no average that moves: the weights stay.
  const config = { ...tinyRun(data, { updates: 3, validate: { every: 1, batchSize: 12 } }) };
  const still = { ...config, optimizer: { learningRate: 1e-30, weightDecay: 0 } };
  const { events } = await follow({ config: still });
  const losses = only(events, 'validation').map(({ metrics }) => metrics.loss!);
  expect(losses).toHaveLength(3);
  expect(losses[0]).toBeGreaterThan(0);
  expect(new Set(losses).size).toBe(1);
  const trained = new Set(only(events, 'update').map(({ loss }) => loss));
  expect(trained.size).toBe(3);
});

test('a batch that is computed in two parts gives the same update as in one', async () => {
  // No drop path and mask noise, whose draws are the parts' own; and Adam with so large an ε that it does not blow up rounding errors.
  const tensors = async (accumulate: number): Promise<Map<string, number[]>> => {
    const { backbone, objective, ...rest } = tinyRun(data, { updates: 1, accumulate, validate: { every: 100 } });
    const config = {
      ...rest,
      backbone: { ...backbone, dropPath: 0 },
      objective: { ...objective, maskNoise: 0 },
      optimizer: { learningRate: 1, eps: 1, clipNorm: 0 },
      schedule: { name: 'constant' },
    };
    const path = `${out}-${accumulate}`;
    await pretrain({ config, out: path });
    const checkpoint = await Checkpoint.open(join(path, 'checkpoints', '00000001'));
    const groups = await Promise.all(
      ['student', 'teacher', 'm'].map(async (group) =>
        Object.entries(await checkpoint.tensors(group)).map(([name, { data }]): [string, number[]] => [
          `${group} ${name}`,
          [...(data as Float32Array)],
        ]),
      ),
    );
    return new Map(groups.flat());
  };
  const [whole, halves] = [await tensors(1), await tensors(2)];
  let largest = 0;
  for (const [name, numbers] of whole) {
    const differences = numbers.map((value, i) => Math.abs(value - halves.get(name)![i]!));
    expect({ name, close: Math.max(...differences) < 1e-5 }).toEqual({ name, close: true });
    if (name.startsWith('m ')) largest = Math.max(largest, ...numbers.map(Math.abs));
  }
  expect(largest).toBeGreaterThan(1e-3);
});

test('a collapse ends the run after the update that shows it, which is logged and has a checkpoint', async () => {
  const config = tinyRun(data, { checkpoint: { every: 100 } });
  const { events, error } = await follow({
    config: { ...config, objective: { ...config.objective, collapse: { after: 2, minTargetVar: 1e6 } } },
  });
  expect(error).toBeInstanceOf(CollapseError);
  expect((error as Error).message).toMatch(/collapsed: target_var is .* at update 2, below 1000000/);
  expect(only(events, 'update').map(({ update }) => update)).toEqual([1, 2]);
  expect(readLog(join(out, 'log.jsonl')).map(({ update }) => update)).toEqual([0, 1, 2]);
  expect(checkpoints()).toEqual([2]);
  expect(locked()).toBe(false);
});
