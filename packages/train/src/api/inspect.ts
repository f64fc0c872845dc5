import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@d2v/core';
import { STATE_FILE } from '../checkpoint/checkpoint.js';
import { inspectCheckpoint, type CheckpointSummary } from './inspect-checkpoint.js';
import { inspectConfig, type ConfigSummary } from './inspect-config.js';
import { inspectRun, type RunSummary } from './inspect-run.js';

export { inspectCheckpoint, type CheckpointSummary } from './inspect-checkpoint.js';
export { inspectConfig, type ConfigSummary, type ParameterCounts } from './inspect-config.js';
export { inspectDataset, type DatasetSummary } from './inspect-dataset.js';
export { inspectRun, type RunSummary } from './inspect-run.js';

/** What `inspect` found at a path. */
export type Inspection =
  | ({ readonly type: 'run' } & RunSummary)
  | ({ readonly type: 'checkpoint' } & CheckpointSummary)
  | ({ readonly type: 'config' } & ConfigSummary);

/**
 * Describes a run folder, a checkpoint folder or a configuration file, whichever `path` is.
 *
 * @throws ConfigError when it is none of them
 */
export async function inspect(path: string): Promise<Inspection> {
  if (existsSync(join(path, STATE_FILE))) return { type: 'checkpoint', ...(await inspectCheckpoint(path)) };
  if (existsSync(join(path, 'config.yaml'))) return { type: 'run', ...(await inspectRun(path)) };
  if (/\.ya?ml$/i.test(path)) return { type: 'config', ...(await inspectConfig({ config: path })) };
  throw new ConfigError(`${path} is no run, checkpoint or configuration`, {
    hint: 'name a run folder, a checkpoint folder in it, or a .yaml file',
  });
}
