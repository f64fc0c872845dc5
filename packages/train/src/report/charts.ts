import { downsample, type Curve } from './downsample.js';
import { numberAt } from './lookup.js';
import type { RunRecord } from './run-record.js';
import { curveOf, keysOf, VALIDATION } from './series.js';

/** Points that one curve has at most in a report. */
export const MOST_POINTS = 2000;

/** One line of a chart. */
export interface Series extends Curve {
  /** Key in the log. */
  readonly key: string;
  readonly label: string;
  /** Measured on the validation set: dashed, with its points. */
  readonly validation: boolean;
  /** Which colour, from 0; a quantity has the same one in training and validation. */
  readonly colour: number;
}

/** A chart over updates, as plain data: what the page's script draws. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  /** Unit of the values, in words. */
  readonly unit: string;
  /** What it shows and how to read it. */
  readonly caption: string;
  readonly series: readonly Series[];
  /** Horizontal lines. */
  readonly limits: readonly { readonly label: string; readonly value: number }[];
  /** Whether it starts with a logarithmic axis. */
  readonly logarithmic: boolean;
  /** Whether its curves are measured, so that smoothing them makes sense; a schedule's are not. */
  readonly noisy: boolean;
}

/** The charts of a run's log, in the order of the report; those without values are left out. */
export function chartsOf({ records, config }: Pick<RunRecord, 'records' | 'config'>): Chart[] {
  const keys = keysOf(records);
  const terms = keys.filter((key) => key.startsWith('loss_'));
  const losses = ['loss', ...(terms.length > 1 ? terms : [])];
  const monitor = ['target_var', 'pred_var', 'local_var'];
  const known = new Set(['loss', ...terms, ...monitor].map((key) => VALIDATION + key));
  const task = keys.filter((key) => key.startsWith(VALIDATION) && !known.has(key));
  const clip = numberAt(config, 'optimizer.clipNorm') ?? 0;

  const seriesOf = (names: readonly string[]): Series[] =>
    names.flatMap((name, colour) => [series(name, name, colour, false), series(VALIDATION + name, name, colour, true)]);
  const series = (key: string, name: string, colour: number, validation: boolean): Series => {
    const label = validation ? `${labelOf(name)}, validation` : labelOf(name);
    return { key, label, validation, colour, ...downsample(curveOf(records, key), MOST_POINTS) };
  };

  const charts: Chart[] = [
    {
      id: 'loss',
      title: 'Loss',
      unit: 'per counted token or sample',
      caption:
        'How far predictions are from targets. In pre-training a rising loss can be normal: the teacher improves, so its targets get richer and harder to predict. Judge by target_var and the probe, not by the loss alone.',
      series: seriesOf(losses),
      limits: [],
      logarithmic: false,
      noisy: true,
    },
    {
      id: 'task',
      title: 'Task metrics',
      unit: 'on the validation set',
      caption: 'What the task is judged by, measured on the validation set while training.',
      series: task.map((key, colour) => series(key, key.slice(VALIDATION.length), colour, true)),
      limits: [],
      logarithmic: false,
      noisy: true,
    },
    {
      id: 'collapse',
      title: 'Collapse monitor',
      unit: 'standard deviation',
      caption:
        'How much targets, predictions and local features differ from token to token: standard deviations, averaged over channels, although the keys say var. A healthy run keeps them well above 0. When target_var and pred_var fall towards 0, every input looks the same to the model: it has collapsed.',
      series: seriesOf(monitor),
      limits: collapseLimits(config),
      logarithmic: false,
      noisy: true,
    },
    {
      id: 'learning-rate',
      title: 'Learning rate',
      unit: 'per update',
      caption: 'The step size of the optimizer, as scheduled: warm-up, then decay.',
      series: seriesOf(['learning_rate']),
      limits: [],
      logarithmic: false,
      noisy: false,
    },
    {
      id: 'ema-decay',
      title: 'EMA decay',
      unit: 'of the teacher, per update',
      caption:
        'How slowly the teacher follows the student: 0.999 means that one update moves it by a thousandth of the way.',
      series: seriesOf(['ema_decay']),
      limits: [],
      logarithmic: false,
      noisy: false,
    },
    {
      id: 'gradient-norm',
      title: 'Gradient norm',
      unit: 'before clipping',
      caption:
        'The length of the whole gradient. Single spikes are harmless where clipping is on; a steady rise announces trouble: lower the learning rate or lengthen its warm-up.',
      series: seriesOf(['grad_norm']),
      limits: clip > 0 ? [{ label: 'clipped above', value: clip }] : [],
      logarithmic: true,
      noisy: true,
    },
    {
      id: 'throughput',
      title: 'Throughput',
      unit: 'samples per second',
      caption:
        'Training speed, waiting for data included, over the last updates; the first updates also compile and warm up.',
      series: seriesOf(['samples_per_second']),
      limits: [],
      logarithmic: false,
      noisy: true,
    },
  ];
  return charts
    .map((chart) => ({ ...chart, series: chart.series.filter(hasValues).map((line) => rounded(line, chart.noisy)) }))
    .filter(({ series: lines }) => lines.length > 0);
}

function collapseLimits(config: unknown): Chart['limits'] {
  const limits = [
    { label: 'least target_var', value: numberAt(config, 'objective.collapse.minTargetVar') ?? 0 },
    { label: 'least pred_var', value: numberAt(config, 'objective.collapse.minPredVar') ?? 0 },
  ];
  return limits.filter(({ value }) => value > 0);
}

const labelOf = (name: string): string => (name.startsWith('loss_') ? name.slice('loss_'.length) : name);

const hasValues = ({ y }: Series): boolean => y.some((value) => value !== null);

/** As many significant digits as can be seen: a schedule may move in its last ones only, as a decay near 1 does. */
function rounded(line: Series, noisy: boolean): Series {
  const digits = noisy ? 6 : 12;
  return { ...line, y: line.y.map((value) => (value === null ? null : Number(value.toPrecision(digits)))) };
}
