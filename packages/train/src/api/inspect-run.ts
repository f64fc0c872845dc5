import { join } from 'node:path';
import type { TrainingState } from '../checkpoint/index.js';
import { readState } from '../checkpoint/checkpoint.js';
import { diskFiles } from '../checkpoint/index.js';
import type { RunConfig } from '../config/index.js';
import { readLog } from '../run/index.js';
import { checkpointsOf, readRun, runFolderOf, type LoadRunOptions } from './load-run.js';

export interface RunSummary {
  readonly path: string;
  /** Resolved. */
  readonly config: RunConfig;
  /** pretrain or finetune. */
  readonly kind: 'pretrain' | 'finetune';
  /** Last update in the log or a checkpoint; 0 before the first. */
  readonly update: number;
  /** Last logged metrics of training and of validation, by name, each with its update. */
  readonly training?: LoggedMetrics;
  readonly validation?: LoggedMetrics;
  /** Best validation so far. */
  readonly best?: TrainingState['best'];
  /** Readable checkpoints on disk, earliest first. */
  readonly checkpoints: readonly {
    readonly update: number;
    readonly path: string;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
}

export interface LoggedMetrics {
  readonly update: number;
  readonly metrics: Readonly<Record<string, number>>;
}

const VALIDATION = 'validation/';

/**
 * Where a run stands, from its configuration, log and checkpoints; safe while it is being trained.
 *
 * @throws ConfigError when there is no run at `path`
 */
export async function inspectRun(path: string, options: Pick<LoadRunOptions, 'plugin'> = {}): Promise<RunSummary> {
  const run = runFolderOf(path);
  const { config } = await readRun(run, options);
  const store = checkpointsOf(run, config);
  const found = await Promise.all(
    (await store.updates()).map(async (update) => {
      const folder = join(store.folder, String(update).padStart(8, '0'));
      const state = await readState(folder, diskFiles).catch(() => undefined); // removed meanwhile, or damaged
      return state ? [{ path: folder, state }] : [];
    }),
  );
  const states = found.flat();
  const log = readLog(join(run, 'log.jsonl')).map(({ update, ...values }) => ({ update, metrics: numbers(values) }));
  const isValidation = ({ metrics }: LoggedMetrics): boolean =>
    Object.keys(metrics).some((name) => name.startsWith(VALIDATION));
  const training = log.findLast((record) => !isValidation(record));
  const validation = log.findLast(isValidation);
  const best = states.at(-1)?.state.best;
  return {
    path: run,
    config,
    kind: config.task ? 'finetune' : 'pretrain',
    update: Math.max(0, log.at(-1)?.update ?? 0, states.at(-1)?.state.update ?? 0),
    ...(training && { training }),
    ...(validation && { validation: { update: validation.update, metrics: withoutPrefix(validation.metrics) } }),
    ...(best && { best }),
    checkpoints: states.map(({ path: folder, state }) => ({
      update: state.update,
      path: folder,
      metrics: state.metrics,
    })),
  };
}

const numbers = (values: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

const withoutPrefix = (metrics: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name.replace(VALIDATION, ''), value]));
