import { numberAt } from './lookup.js';
import type { RunRecord } from './run-record.js';
import { curveOf, rangeOf, VALIDATION } from './series.js';

/** Where a run stands, in numbers. */
export interface Summary {
  /** Completed updates. */
  readonly update: number;
  /** Updates of the whole training; absent where the folder does not tell. */
  readonly total?: number;
  readonly finished: boolean;
  readonly sittings: number;
  /** Wall-clock seconds up to the last logged update, over all sittings, pauses left out; absent without a log. */
  readonly seconds?: number;
  /** Samples that were learnt from, repetitions counted. */
  readonly samples: number;
  /** Samples that could not be read and were replaced. */
  readonly skipped: number;
  /** Logged updates whose loss was not finite. */
  readonly notFinite: number;
  /** Last training values by key. */
  readonly training: Readonly<Record<string, number>>;
  /** Metrics of the last validation. */
  readonly validation: Readonly<Record<string, number>>;
  readonly best?: { readonly metric: string; readonly value: number; readonly update: number };
}

/** Sums up a run from its folder. */
export function summarise(run: RunRecord): Summary {
  const state = run.checkpoints.findLast((row) => row.state)?.state;
  const update = Math.max(state?.update ?? 0, run.records.at(-1)?.update ?? 0);
  const total = totalUpdates(run);
  const [training, validation] = lastValues(run);
  return {
    update,
    total,
    finished: total !== undefined && update >= total,
    sittings: run.sittings,
    seconds: trainingSeconds(run),
    samples: Math.round(update * samplesPerUpdate(run)),
    skipped: state?.counters.skipped ?? 0,
    notFinite: run.records.filter(({ loss }) => typeof loss === 'number' && !Number.isFinite(loss)).length,
    training,
    validation,
    best: state?.best,
  };
}

/** Checkpoints count samples as integers: of a whole number of updates, so much may be missing. */
const rounding = 1e-3;

/** Samples of an update: the batch size, or where batches have a budget, the mean that a checkpoint tells. */
function samplesPerUpdate({ config, checkpoints }: RunRecord): number {
  const { batchSize, batchTokens } = config.training;
  const state = checkpoints.findLast((row) => row.state)?.state;
  return batchTokens === undefined || !state?.update ? batchSize : (state.counters.samples ?? 0) / state.update;
}

/** A checkpoint's standing tells how many samples a pass has, once there was one whole pass. */
function totalUpdates(run: RunRecord): number | undefined {
  const { config, checkpoints } = run;
  const { updates, epochs } = config.training;
  if (updates !== undefined) return updates;
  const state = checkpoints.findLast((row) => row.state && row.state.epoch > 0)?.state;
  if (!state || epochs === undefined) return undefined;
  const perUpdate = samplesPerUpdate(run);
  const size = (state.update * perUpdate - state.position) / state.epoch;
  return Math.max(1, Math.floor((epochs * size) / perUpdate + rounding));
}

/** Every sitting counts its own seconds; a resumed one starts over. */
function trainingSeconds({ records }: RunRecord): number | undefined {
  let [seconds, sitting] = [0, 0];
  for (const { wall_seconds: wall, backend } of records) {
    if (backend !== undefined) [seconds, sitting] = [seconds + sitting, 0];
    if (typeof wall === 'number') sitting = wall;
  }
  return seconds + sitting || undefined;
}

function lastValues({ records }: RunRecord): [Record<string, number>, Record<string, number>] {
  const training: Record<string, number> = {};
  const validation: Record<string, number> = {};
  for (const record of records) {
    for (const [key, value] of Object.entries(record)) {
      if (typeof value !== 'number' || key === 'update') continue;
      if (key.startsWith(VALIDATION)) validation[key.slice(VALIDATION.length)] = value;
      else training[key] = value;
    }
  }
  return [training, validation];
}

/** What the collapse monitor says, in a sentence. */
export interface Verdict {
  readonly healthy: boolean;
  readonly text: string;
}

/** A spread below this is next to nothing: its definition adds 0.001 to it. */
const NEXT_TO_NOTHING = 0.01;

/** Fallen to less than this share of its highest value, a spread is suspicious. */
const SUSPICIOUS_SHARE = 0.1;

/** Judges the collapse monitor; absent for a run without one. */
export function collapseVerdict({ records, config }: Pick<RunRecord, 'records' | 'config'>): Verdict | undefined {
  const readings = (['target_var', 'pred_var'] as const).flatMap((key) => {
    const range = rangeOf(curveOf(records, key));
    return range ? [{ key, ...range }] : [];
  });
  if (readings.length === 0) return undefined;
  const limits = {
    target_var: numberAt(config, 'objective.collapse.minTargetVar') ?? 0,
    pred_var: numberAt(config, 'objective.collapse.minPredVar') ?? 0,
  };
  for (const { key, last, high, at } of readings) {
    if (last < limits[key]) {
      return {
        healthy: false,
        text: `${key} is ${short(last)} at update ${at}, below its limit of ${short(limits[key])}: the representation collapsed.`,
      };
    }
    if (last < NEXT_TO_NOTHING) {
      const text = `${key} is ${short(last)}, close to 0: normal in the first updates of a run, a collapse later.`;
      return { healthy: false, text };
    }
    if (last < SUSPICIOUS_SHARE * high) {
      const share = `${short((100 * last) / high)} % of its highest value, ${short(high)}`;
      return {
        healthy: false,
        text: `${key} has fallen to ${short(last)}, ${share}: the representation may be collapsing.`,
      };
    }
  }
  const values = readings.map(({ key, last }) => `${key} ${short(last)}`).join(', ');
  return { healthy: true, text: `No sign of collapse: ${values} at the end.` };
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
