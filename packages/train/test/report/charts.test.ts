import type { RunConfig } from '../../src/config/index.js';
import { chartsOf, MOST_POINTS } from '../../src/report/charts.js';
import { collapseVerdict } from '../../src/report/summary.js';
import type { LogRecord } from '../../src/run/index.js';
import { demoConfig, demoRecords } from './fixture.js';

const config = demoConfig as unknown as RunConfig;
const chart = (records: readonly LogRecord[], id: string) =>
  chartsOf({ records, config }).find((each) => each.id === id);

describe('chartsOf', () => {
  test('charts come in the order of the report, and each curve of the log is in one', () => {
    const charts = chartsOf({ records: demoRecords(500), config });
    expect(charts.map(({ id }) => id)).toEqual([
      'loss',
      'collapse',
      'learning-rate',
      'ema-decay',
      'gradient-norm',
      'throughput',
    ]);
    const keys = charts.flatMap(({ series }) => series.map(({ key }) => key)).sort();
    const logged = new Set(demoRecords(500).flatMap((record) => Object.keys(record)));
    for (const key of ['update', 'wall_seconds', 'backend', 'started']) logged.delete(key);
    expect(keys).toEqual([...logged].sort());
  });

  test('a single loss term is the loss itself and has no curve of its own', () => {
    const series = chart([{ update: 1, loss: 1, loss_regression: 1 }], 'loss')!.series;
    expect(series.map(({ key }) => key)).toEqual(['loss']);
  });

  test('metrics of a fine-tuning task have a chart of their own', () => {
    const records = [{ update: 10, 'validation/loss': 1, 'validation/accuracy': 0.8, 'validation/f1': 0.7 }];
    expect(chart(records, 'task')!.series.map(({ label }) => label)).toEqual([
      'accuracy, validation',
      'f1, validation',
    ]);
    expect(chart(demoRecords(500), 'task')).toBeUndefined();
  });

  test('thresholds of the configuration are lines; those that are off are not', () => {
    const records = demoRecords(500);
    expect(chart(records, 'collapse')!.limits.map(({ value }) => value)).toEqual([0.1, 0.02]);
    expect(chart(records, 'gradient-norm')!.limits.map(({ value }) => value)).toEqual([4]);
    const off = { ...demoConfig, objective: { name: 'data2vec2' }, optimizer: { clipNorm: 0 } } as unknown as RunConfig;
    expect(chartsOf({ records, config: off }).flatMap(({ limits }) => limits)).toEqual([]);
  });

  test('a long log is thinned out to the bound', () => {
    const records = demoRecords(20_000, 2);
    for (const { series } of chartsOf({ records, config })) {
      for (const { x, y } of series) {
        expect(x.length).toBe(y.length);
        expect(x.length).toBeLessThanOrEqual(MOST_POINTS);
        expect(x.at(-1)).toBe(20_000);
      }
    }
  });

  test('a schedule that moves in its last digits keeps them', () => {
    const records = [0.9990003, 0.99900036].map((ema_decay, i) => ({ update: i + 1, ema_decay }));
    expect(chart(records, 'ema-decay')!.series[0]!.y).toEqual([0.9990003, 0.99900036]);
  });

  test('a value that is not finite breaks the curve', () => {
    const records = [1, 2, 3].map((update) => ({ update, loss: update === 2 ? NaN : 1 }));
    expect(chart(records, 'loss')!.series[0]!.y).toEqual([1, null, 1]);
  });

  test('a log without records has no charts', () => {
    expect(chartsOf({ records: [], config })).toEqual([]);
  });
});

describe('collapseVerdict', () => {
  const readings = (...values: number[]): LogRecord[] =>
    values.map((target_var, i) => ({ update: i + 1, target_var, pred_var: 0.5 }));

  test('a healthy run shows no sign', () => {
    expect(collapseVerdict({ records: readings(0.2, 0.6), config })).toEqual({
      healthy: true,
      text: 'No sign of collapse: target_var 0.6, pred_var 0.5 at the end.',
    });
  });

  test('a reading below its threshold is a collapse', () => {
    const verdict = collapseVerdict({ records: readings(0.2, 0.09), config })!;
    expect(verdict.healthy).toBe(false);
    expect(verdict.text).toContain('target_var is 0.09 at update 2, below its limit of 0.1');
  });

  test('without a threshold, a fall to a tenth of the highest value is suspicious', () => {
    const bare = { ...demoConfig, objective: {} } as unknown as RunConfig;
    expect(collapseVerdict({ records: readings(0.9, 0.1), config: bare })!.healthy).toBe(true);
    expect(collapseVerdict({ records: readings(0.9, 0.08), config: bare })!.healthy).toBe(false);
  });

  test('a reading next to 0 is no health, even if it always was there', () => {
    const bare = { ...demoConfig, objective: {} } as unknown as RunConfig;
    const verdict = collapseVerdict({ records: readings(0.005, 0.006), config: bare })!;
    expect(verdict.healthy).toBe(false);
    expect(verdict.text).toContain('target_var is 0.006, close to 0');
  });

  test('a run without a monitor has no verdict', () => {
    expect(collapseVerdict({ records: [{ update: 1, loss: 1 }], config })).toBeUndefined();
  });
});
