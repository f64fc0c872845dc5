import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, D2vError } from '@d2v/core';
import { readRun } from '../../src/report/run-record.js';
import { summarise } from '../../src/report/summary.js';
import { demoConfig, temporaryFolder, writeRun, type RunFixture, startRecord } from './fixture.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function summaryOf(fixture: RunFixture) {
  await writeRun(folder.path, fixture);
  return summarise(await readRun(folder.path));
}

const inEpochs = (epochs: number) => ({ ...demoConfig, training: { batchSize: 10, epochs, seed: 1 } });

describe('summarise', () => {
  test('a finished run has its last numbers, its best and what was skipped', async () => {
    const summary = await summaryOf({});
    expect(summary).toMatchObject({
      update: 3000,
      total: 3000,
      finished: true,
      sittings: 2,
      samples: 192_000,
      skipped: 3,
      notFinite: 0,
    });
    expect(summary.best).toEqual({ metric: 'loss', value: 0.39, update: 1000 });
    expect(Object.keys(summary.validation)).toEqual(['loss', 'loss_regression', 'loss_cls', 'target_var']);
  });

  test('a run that was interrupted is not finished', async () => {
    const summary = await summaryOf({ records: [{ update: 100, loss: 1 }], states: [] });
    expect(summary).toMatchObject({ update: 100, total: 3000, finished: false, skipped: 0 });
  });

  test('the length in epochs follows from a checkpoint after the first epoch', async () => {
    // 105 samples: 47 updates are 4 epochs and 50 samples.
    const state = { update: 47, epoch: 4, position: 50 };
    expect(await summaryOf({ config: inEpochs(8), records: [], states: [state] })).toMatchObject({
      total: 84,
      finished: false,
    });
    expect(await summaryOf({ config: inEpochs(4.5), records: [], states: [state] })).toMatchObject({
      total: 47,
      finished: true,
    });
  });

  test('before the first epoch is over its length is not known', async () => {
    const summary = await summaryOf({ config: inEpochs(2), records: [{ update: 3, loss: 1 }], states: [] });
    expect(summary.total).toBeUndefined();
    expect(summary.finished).toBe(false);
  });

  test('the time is that of all sittings', async () => {
    const records = [
      startRecord(0),
      { update: 1, wall_seconds: 2 },
      { update: 11, wall_seconds: 20 },
      startRecord(11),
      { update: 12, wall_seconds: 3 },
    ];
    expect((await summaryOf({ records, states: [] })).seconds).toBe(23);
    expect((await summaryOf({ records: [], states: [] })).seconds).toBeUndefined();
  });

  test('updates whose loss is not finite are counted', async () => {
    const records = [1, NaN, Infinity].map((loss, i) => ({ update: i + 1, loss }));
    expect((await summaryOf({ records, states: [] })).notFinite).toBe(2);
  });
});

describe('readRun', () => {
  test('names the folder that is no run', async () => {
    await expect(readRun(folder.path)).rejects.toThrow(ConfigError);
    await expect(readRun(folder.path)).rejects.toThrow(`${folder.path} is no run`);
  });

  test('names file and line of a damaged log, and the configuration that is none', async () => {
    await writeRun(folder.path, { records: [{ update: 1 }], states: [] });
    appendFileSync(join(folder.path, 'log.jsonl'), 'nonsense\n');
    await expect(readRun(folder.path)).rejects.toThrow(D2vError);
    await expect(readRun(folder.path)).rejects.toThrow('log.jsonl:2');
    writeFileSync(join(folder.path, 'config.yaml'), 'a: [');
    await expect(readRun(folder.path)).rejects.toThrow('config.yaml cannot be used');
  });

  test('a checkpoint that cannot be read is listed as damaged', async () => {
    await writeRun(folder.path);
    writeFileSync(join(folder.path, 'checkpoints', '00003000', 'state.json'), '{');
    const { checkpoints } = await readRun(folder.path);
    expect(checkpoints.map(({ update, state }) => [update, state !== undefined])).toEqual([
      [2500, true],
      [3000, false],
    ]);
  });

  test('a run that has not logged yet can be read', async () => {
    await writeRun(folder.path, { records: [], states: [] });
    rmSync(join(folder.path, 'log.jsonl'));
    const run = await readRun(folder.path);
    expect(run).toMatchObject({ records: [], checkpoints: [] });
    expect(summarise(run)).toMatchObject({ update: 0, finished: false });
  });
});
