import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, ConfigError, Safetensors, type AnyPlugin, type Dataset, type Weights } from '@d2v/core';
import { loadPlugin } from '../../src/api/load-plugin.js';
import { readConfusion } from '../../src/confusion/index.js';
import {
  embed,
  evaluate,
  finetune,
  inspect,
  inspectCheckpoint,
  inspectConfig,
  inspectRun,
  loadRun,
  pretrain,
  probe,
  probeTable,
  type ProbeProgress,
} from '../../src/index.js';
import { d2v } from '../cli/d2v.js';
import { CLASSES, finetuning, pretraining, scratch, squareFiles, temporaryFolder } from './squares.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
const run = join(folder, 'run');
const tuned = join(folder, 'tuned');
/** A grey PNG, 8×8, its top left quarter bright. */
const CORNER =
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAGUlEQVR42mO4c+fOHTk5OTkGPAw5KMDDAACndRNhfm7s/QAAAABJRU5ErkJggg==';
const values = (weights: Weights, name: string): number[] => [...weights[name]!.dataSync()];

// One pre-training and one fine-tuning, which the tests only read.
beforeAll(async () => {
  await pretrain({ config: pretraining(data, { backbone: { dropPath: 0.1 } }), out: run });
  await finetune({ config: finetuning(data, 110), from: run, out: tuned, set: ['backbone.dropPath=0'] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('loadRun', () => {
  it('gives every parameter of the network, the last checkpoint by default', async () => {
    const loaded = await loadRun(run);
    expect(loaded.update).toBe(4);
    expect(Object.keys(loaded.weights).sort()).toEqual(Object.keys(loaded.network.parameters).sort());
    expect(loaded.config.encoder).toMatchObject({ imageSize: 8, patchSize: 2 });
    loaded.dispose();
  });

  it('lays the averaged weights over the student for the teacher', async () => {
    const [student, teacher] = [await loadRun(run), await loadRun(run, { weights: 'teacher' })];
    const name = 'blocks.0.mlp.fc1.weight';
    expect(values(teacher.weights, name)).not.toEqual(values(student.weights, name));
    const saved = await teacherOf(run, 4);
    expect(values(teacher.weights, name)).toEqual([...saved.get(name).data]);
    expect(Object.keys(teacher.weights).sort()).toEqual(Object.keys(student.weights).sort());
    student.dispose();
    teacher.dispose();
  });

  it('takes an update, or a checkpoint folder', async () => {
    const [byUpdate, byFolder] = [
      await loadRun(run, { checkpoint: 2 }),
      await loadRun(join(run, 'checkpoints', '00000002')),
    ];
    expect([byUpdate.update, byFolder.update]).toEqual([2, 2]);
    expect(byFolder.path).toBe(run);
    byUpdate.dispose();
    byFolder.dispose();
  });

  it('says what is wrong with a path', async () => {
    await expect(loadRun(join(folder, 'nowhere'))).rejects.toThrow(/there is no such run/);
    await expect(loadRun(data)).rejects.toThrow(/is no run: it has no config\.yaml/);
    await expect(loadRun(run, { checkpoint: 3 })).rejects.toThrow(/no checkpoint of update 3[^]*there are 2, 4/);
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    cpSync(join(run, 'config.yaml'), join(empty, 'config.yaml'));
    await expect(loadRun(empty)).rejects.toThrow(/has no checkpoint yet/);
  });

  it('says which tensor does not fit a configuration that was changed', async () => {
    const changed = join(folder, 'changed');
    cpSync(run, changed, { recursive: true });
    const file = join(changed, 'config.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/dim: 16\b/, 'dim: 32'));
    await expect(loadRun(changed)).rejects.toThrow(CheckpointError);
    await expect(loadRun(changed)).rejects.toThrow(/is \(.*16.*\), the configuration wants \(.*32.*\)/);
  });
});

async function teacherOf(path: string, update: number): Promise<{ get(name: string): { data: Iterable<number> } }> {
  const file = join(path, 'checkpoints', String(update).padStart(8, '0'), 'teacher.safetensors');
  const tensors = new Map(new Safetensors(new Uint8Array(readFileSync(file)), file));
  return { get: (name) => tensors.get(name) as { data: Float32Array } };
}

describe('probe', () => {
  it('compares a run with random weights and the raw input', async () => {
    const stages: ProbeProgress[] = [];
    const report = await probe({ run, neighbours: 5, layers: 2, onProgress: (each) => stages.push(each) });
    expect(report).toMatchObject({ samples: { train: 120, test: 40 }, classes: 4 });
    expect(report.rows.map(({ features }) => features)).toEqual(['pre-trained', 'random weights', 'raw input']);
    const raw = report.rows[2]!;
    expect(raw.linear).toBe(100);
    expect(raw.knn).toBe(100);
    expect(raw.details.dim).toBe(64);
    expect(report.rows[0]!.details.linear.confusion.flat().reduce((a, b) => a + b)).toBe(40);
    expect(new Set(stages.map(({ features, stage }) => `${features}, ${stage}`)).size).toBe(12);
    expect(probeTable(report).split('\n')[0]).toMatch(/^features +linear % +k-NN %$/);
    expect(probeTable(report)).toContain('raw input');
  });

  it('takes other data, without baselines', async () => {
    const other = { train: squareFiles(data, 'few', 24, 5), test: squareFiles(data, 'fewer', 12, 6) };
    const { rows, samples } = await probe({ run, data: other, baselines: [] });
    expect(samples).toEqual({ train: 24, test: 12 });
    expect(rows.map(({ features }) => features)).toEqual(['pre-trained']);
  });

  it('wants labels before it computes anything', async () => {
    const { reader, images } = squareFiles(data, 'unlabelled', 8, 7);
    const unlabelled = { reader, images };
    const stages: ProbeProgress[] = [];
    const options = {
      run,
      data: { train: unlabelled, test: unlabelled },
      onProgress: (each: ProbeProgress) => stages.push(each),
    };
    await expect(probe(options)).rejects.toThrow(/training data have no labels/);
    expect(stages).toEqual([]);
  });

  it('names an option that the reader does not know', async () => {
    const wrong = { ...squareFiles(data, 'few', 24, 5), lables: 'x' };
    await expect(probe({ run, data: { train: wrong, test: wrong } })).rejects.toThrow(/lables/);
    await expect(probe({ run, data: { train: { reader: 'idy' }, test: wrong } })).rejects.toThrow(/no reader 'idy'/);
  });
});

describe('finetune', () => {
  it('takes encoder and backbone from the run, starts from its weights, and writes down where from', async () => {
    const { config, kind } = await inspectRun(tuned);
    expect(kind).toBe('finetune');
    expect(config.encoder).toMatchObject({ imageSize: 8, patchSize: 2, channels: 1 });
    expect(config.backbone).toMatchObject({ dim: 16, depth: 2, heads: 2, dropPath: 0 });
    expect(config).toMatchObject({ from: { run, checkpoint: 'latest', weights: 'student' } });
    expect(JSON.parse(readFileSync(join(tuned, 'classes.json'), 'utf8'))).toEqual(CLASSES);
  });

  it('starts from exactly the weights that it is told to', async () => {
    const out = join(folder, 'first');
    // A learning rate of next to nothing: the weights after one update are those before it.
    const config = { ...finetuning(data, 1), optimizer: { learningRate: 1e-12, weightDecay: 0 } };
    await finetune({ config, from: { run, checkpoint: 2, weights: 'teacher' }, out });
    const [source, target] = [await loadRun(run, { checkpoint: 2, weights: 'teacher' }), await loadRun(out)];
    for (const name of Object.keys(source.network.parameters)) {
      const [before, after] = [values(source.weights, name), values(target.weights, name)];
      expect(Math.max(...before.map((value, i) => Math.abs(value - after[i]!)))).toBeLessThan(1e-9);
    }
    expect(target.weights['head.weight']!.shape).toEqual([16, 4]);
    source.dispose();
    target.dispose();
  });

  it('trains from scratch without a run', async () => {
    const out = join(folder, 'scratch');
    const { finished, metrics } = await finetune({ config: { ...finetuning(data, 2), ...scratch }, out });
    expect(finished).toBe(true);
    expect(metrics).toHaveProperty('accuracy');
    expect(existsSync(join(out, 'classes.json'))).toBe(true);
  });

  it('goes on where it was, with the same result as without a break', async () => {
    const config = finetuning(data, 6);
    const through = join(folder, 'through');
    const broken = join(folder, 'broken');
    await finetune({ config, from: run, out: through });
    const abort = new AbortController();
    const first = await finetune({
      config,
      from: run,
      out: broken,
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === 'update' && event.update === 3) abort.abort();
      },
    });
    expect(first).toMatchObject({ finished: false, update: 3 });
    expect(await finetune({ config, from: run, out: broken })).toMatchObject({ finished: true, update: 6 });
    const [a, b] = [await loadRun(through), await loadRun(broken)];
    for (const name of Object.keys(a.weights)) expect(values(b.weights, name)).toEqual(values(a.weights, name));
    a.dispose();
    b.dispose();
  });

  it('copies a shared attention bias into every block when it becomes one per block', async () => {
    const shared = join(folder, 'shared');
    const split = join(folder, 'split');
    await pretrain({ config: pretraining(data, { encoder: { positions: 'relative' } }), out: shared });
    const config = {
      ...finetuning(data, 1),
      optimizer: { learningRate: 1e-12, weightDecay: 0 },
      backbone: { attentionBias: 'perBlock' },
    };
    const warnings: string[] = [];
    await finetune({
      config,
      from: shared,
      out: split,
      onEvent: (event) => {
        if (event.type === 'warning') warnings.push(event.message);
      },
    });
    expect(warnings).toEqual([]);
    const [source, target] = [await loadRun(shared), await loadRun(split)];
    const table = values(source.weights, 'encoder.relative_bias');
    expect(Math.max(...table.map(Math.abs))).toBeGreaterThan(1e-5);
    expect(target.weights['encoder.relative_bias']).toBeUndefined();
    for (const block of [0, 1]) {
      const copy = values(target.weights, `blocks.${block}.attn.relative_bias`);
      copy.forEach((value, i) => expect(value).toBeCloseTo(table[i]!, 8));
    }
    source.dispose();
    target.dispose();
  });

  it('says what starts anew, and refuses another shape', async () => {
    const config = { ...finetuning(data, 1), backbone: { finalNorm: true } };
    const warnings: string[] = [];
    for await (const event of finetune({ config, from: run, out: join(folder, 'norm') })) {
      if (event.type === 'warning') warnings.push(event.message);
    }
    expect(warnings).toEqual([`not in ${run}, so drawn anew: norm.weight, norm.bias`]);
    const wide = finetune({ config: { ...config, backbone: { dim: 32 } }, from: run, out: join(folder, 'wide') });
    await expect(wide).rejects.toThrow(/\(.*32.*\) here, but \(.*16.*\) in/);
  });
});

async function openedSquares(count: number): Promise<{ vision: AnyPlugin; dataset: Dataset }> {
  const vision = await loadPlugin('@d2v/vision');
  const { reader, ...options } = squareFiles(data, `opened${count}`, count, 12);
  return { vision, dataset: (await vision.datasets[reader]!.open(options)) as Dataset };
}

describe('evaluate', () => {
  it('gives metrics, confusion and accuracy per class of the validation data', async () => {
    const report = await evaluate({ run: tuned });
    expect(report).toMatchObject({ update: 110, samples: 40, classes: CLASSES });
    expect(report.metrics.accuracy).toBeGreaterThan(90);
    const right = report.confusion!.reduce((sum, row, i) => sum + row[i]!, 0);
    expect((100 * right) / 40).toBeCloseTo(report.metrics.accuracy!, 6);
    expect(report.perClass).toHaveLength(4);
    const { update, classes, confusion } = readConfusion(join(tuned, 'confusion.json'))!;
    expect({ update, classes, confusion: confusion.counts }).toEqual({ update: 110, classes: CLASSES, confusion: report.confusion }); // prettier-ignore
    const { validation } = await inspectRun(tuned);
    expect(validation!.metrics.accuracy).toBeCloseTo(report.metrics.accuracy!, 6);
    expect(validation!.metrics.loss).toBeCloseTo(report.metrics.loss!, 5);
  });

  it('of a classifier has no listing to write', async () => {
    const { code, err } = await d2v('evaluate', tuned, '--listing', join(folder, 'no.txt'));
    expect(code).toBe(1);
    expect(err).toContain("--listing: this run's task lists no samples");
    expect(existsSync(join(folder, 'no.txt'))).toBe(false);
  });

  it('takes a dataset that is open already', async () => {
    const { vision, dataset } = await openedSquares(8);
    const { samples, confusion } = await evaluate({ run: tuned, data: dataset, plugin: vision });
    expect(samples).toBe(8);
    expect(confusion!.map((row) => row.reduce((a, b) => a + b))).toEqual([2, 2, 2, 2]);
  });

  it('takes other data, with the same classes only', async () => {
    const other = squareFiles(data, 'other', 16, 9);
    expect((await evaluate({ run: tuned, data: other })).samples).toBe(16);
    const renamed = { ...other, classes: ['top left', 'x', 'y', 'z'] };
    await expect(evaluate({ run: tuned, data: renamed })).rejects.toThrow(/class 1 is 'x', but 'top right' in the run/);
  });

  it('refuses a pre-trained run', async () => {
    await expect(evaluate({ run })).rejects.toThrow(ConfigError);
  });
});

describe('embed', () => {
  const images = squareFiles(data, 'embedded', 6, 10);

  it('writes .npy with the names beside it', async () => {
    const out = join(folder, 'x.npy');
    const { features, dim, namesPath } = await embed({ run, data: images, out });
    expect(dim).toBe(16);
    const file = readFileSync(out);
    expect(file.subarray(0, 128).toString('latin1')).toContain("'shape': (6, 16)");
    expect([...new Float32Array(new Uint8Array(file.subarray(128)).buffer)]).toEqual([...features]);
    const lines = readFileSync(namesPath!, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(6);
    expect(lines[1]).toMatchObject({ label: 1, class: 'top right' });
  });

  it('writes .safetensors with labels', async () => {
    const out = join(folder, 'x.safetensors');
    const { features } = await embed({ run, data: images, out, pool: 'mean+cls' });
    const tensors = new Map(new Safetensors(new Uint8Array(readFileSync(out)), out));
    expect(tensors.get('features')).toMatchObject({ shape: [6, 32] });
    expect([...(tensors.get('features')!.data as Float32Array)]).toEqual([...features]);
    expect([...(tensors.get('labels')!.data as Int32Array)]).toEqual([0, 1, 2, 3, 0, 1]);
  });

  it('takes files of the modality, and writes nothing unless asked to', async () => {
    const file = join(data, 'corner.png');
    writeFileSync(file, Buffer.from(CORNER, 'base64'));
    const { names, size, labels, namesPath } = await embed({ run, files: [file, file] });
    expect({ names, size, labels, namesPath }).toEqual({ names: [file, file], size: 2 });
  });

  it('refuses another kind of file before it computes anything', async () => {
    await expect(embed({ run: join(folder, 'nowhere'), data: images, out: 'x.csv' })).rejects.toThrow(
      /cannot write x\.csv/,
    );
    await expect(embed({ run })).rejects.toThrow(/either files or data/);
  });
});

describe('inspect', () => {
  it('describes a configuration without training it', async () => {
    const summary = await inspectConfig({ config: pretraining(data) });
    expect(summary).toMatchObject({ kind: 'pretrain', tokens: 16 });
    expect(summary.train).toMatchObject({
      size: 120,
      classes: CLASSES,
      counts: [30, 30, 30, 30],
      inputs: { images: [8, 8, 1] },
    });
    const loaded = await loadRun(run);
    const size = Object.values(loaded.weights).reduce((sum, tensor) => sum + tensor.size, 0);
    loaded.dispose();
    expect(summary.parameters.encoder + summary.parameters.backbone).toBe(size);
    expect(summary.parameters.total).toBe(size + summary.parameters.objective);
    expect(summary.masks!.hidden.mean).toBeGreaterThan(0.7);
  });

  it('says why data cannot be opened and describes the rest', async () => {
    const config = pretraining(data);
    const missing = {
      ...config,
      data: { ...config.data, train: { reader: 'idx', images: join(folder, 'missing.idx') } },
    };
    const summary = await inspectConfig({ config: missing });
    expect(summary.train).toMatchObject({ problem: expect.stringContaining('missing.idx') as string });
    expect(summary.tokens).toBeUndefined();
    expect(summary.parameters.total).toBeGreaterThan(0);
  });

  it('tells a run, a checkpoint and a configuration apart', async () => {
    expect(await inspect(run)).toMatchObject({
      type: 'run',
      kind: 'pretrain',
      update: 4,
      checkpoints: [{ update: 2 }, { update: 4 }],
    });
    expect(await inspect(join(run, 'checkpoints', '00000004'))).toMatchObject({
      type: 'checkpoint',
      state: { update: 4 },
    });
    expect(await inspect(join(tuned, 'config.yaml'))).toMatchObject({
      type: 'config',
      kind: 'finetune',
      parameters: { objective: 16 * 2 + 16 * 4 + 4 },
    });
    await expect(inspect(data)).rejects.toThrow(/is no run, checkpoint or configuration/);
  });

  it("lists a checkpoint's tensors from the headers of its files", async () => {
    const { groups, bytes } = await inspectCheckpoint(join(run, 'checkpoints', '00000004'));
    expect(groups.map(({ name }) => name)).toEqual(['m', 'student', 'teacher', 'v']);
    const student = groups[1]!;
    expect(student.tensors.find(({ name }) => name === 'blocks.0.attn.qkv.weight')).toEqual({
      name: 'blocks.0.attn.qkv.weight',
      dtype: 'F32',
      shape: [16, 48],
      bytes: 16 * 48 * 4,
    });
    expect(bytes).toBeGreaterThan(groups.reduce((sum, group) => sum + group.bytes, 0));
  });
});
