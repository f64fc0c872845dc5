import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '@d2v/core';
import { diskFiles, type NewTrainingState } from '../../src/checkpoint/index.js';
import { writeCheckpoint } from '../../src/checkpoint/write.js';
import { formatYaml } from '../../src/config/index.js';
import { RunLog, type LogRecord } from '../../src/run/index.js';

/** A folder for one test; the caller calls `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'd2v-report-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const demoConfig = {
  version: 1,
  modality: '@d2v/vision',
  backend: 'auto',
  encoder: { imageSize: 28, patch: 4, channels: 1 },
  backbone: { dim: 64, depth: 4, heads: 4 },
  objective: { name: 'data2vec2', collapse: { after: 0, minTargetVar: 0.1, minPredVar: 0.02 } },
  data: { train: { reader: 'folder', path: 'images/</script><b>' }, transform: {} },
  optimizer: { name: 'adamw', learningRate: 1e-3, clipNorm: 4 },
  schedule: { name: 'cosine', warmup: '3 %', minimum: 0 },
  training: { updates: 3000, batchSize: 64, seed: 1, checkpoint: { every: 500 } },
};

export interface RunFixture {
  readonly config?: object;
  readonly records?: readonly LogRecord[];
  readonly states?: readonly Partial<NewTrainingState>[];
}

/** Writes a run folder as a training leaves it. */
export async function writeRun(
  path: string,
  { config = demoConfig, records = demoRecords(), states = demoStates }: RunFixture = {},
) {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.yaml'), formatYaml(JSON.parse(JSON.stringify(config)) as never));
  const log = RunLog.open(join(path, 'log.jsonl'));
  for (const record of records) log.append(record);
  log.close();
  for (const state of states) {
    const complete = { ...emptyState, ...state };
    const contents = { state: complete, groups: {} };
    await writeCheckpoint(join(path, 'checkpoints', String(complete.update).padStart(8, '0')), contents, diskFiles);
  }
}

const emptyState: NewTrainingState = {
  update: 0,
  epoch: 0,
  position: 0,
  counters: {},
  metrics: {},
  versions: { d2v: '0.0.0' },
};

const demoStates: Partial<NewTrainingState>[] = [
  { update: 2500, epoch: 10, position: 0, counters: { skipped: 2 }, metrics: { loss: 0.42, target_var: 0.61 } },
  {
    update: 3000,
    epoch: 12,
    position: 0,
    counters: { skipped: 3 },
    metrics: { loss: 0.41, target_var: 0.63 },
    best: { metric: 'loss', value: 0.39, update: 1000 },
  },
];

/** The line that opens a sitting. */
export const startRecord = (update: number, backend = 'tensorflow'): LogRecord => ({
  update,
  backend,
  started: '2026-01-01T00:00:00.000Z',
});

/** What a run of 3000 updates might log, every 5 updates; it was interrupted after update 2500. */
export function demoRecords(updates = 3000, every = 5): LogRecord[] {
  const stream = new RandomStream([1, 'report fixture']);
  const records: LogRecord[] = [];
  for (let update = every; update <= updates; update += every) {
    if (update === every || update === 2500 + every) records.push(startRecord(update - every));
    const done = update / updates;
    const rising = 0.28 + 0.5 * Math.exp(-12 * done) + 0.13 * done;
    records.push({
      wall_seconds: (update > 2500 ? update - 2500 : update) / 6,
      samples_per_second: 410 * (1 - 0.5 * Math.exp(-update / 20)) + 12 * stream.normal(),
      learning_rate: 1e-3 * Math.min(1, done / 0.03) * 0.5 * (1 + Math.cos(Math.PI * done)),
      ema_decay: 0.9998 + 0.00019 * Math.min(1, done * 2),
      loss: rising + 0.07 + 0.025 * stream.normal(),
      loss_regression: rising + 0.02 * stream.normal(),
      loss_cls: 0.07 + 0.006 * stream.normal(),
      target_var: 0.62 - 0.4 * Math.exp(-6 * done) + 0.006 * stream.normal(),
      pred_var: 0.5 - 0.45 * Math.exp(-5 * done) + 0.006 * stream.normal(),
      local_var: 0.9 + 0.3 * done + 0.01 * stream.normal(),
      grad_norm: 1.2 * Math.exp(0.5 * stream.normal()) * (update % 985 === 0 ? 9 : 1),
      update,
    });
    if (update % 250 === 0) {
      records.push({
        'validation/loss': rising + 0.08,
        'validation/loss_regression': rising + 0.01,
        'validation/loss_cls': 0.07,
        'validation/target_var': 0.63 - 0.4 * Math.exp(-6 * done),
        update,
      });
    }
  }
  return records;
}
