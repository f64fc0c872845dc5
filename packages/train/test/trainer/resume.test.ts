import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SOURCES } from '../../../../tools/jest/sources.js';
import { pretrain, type RunEvent } from '../../src/index.js';
import { readLog, type LogRecord } from '../../src/run/log.js';
import { temporaryFolder } from '../api/squares.js';
import { resumable } from './resumable.js';
import { only, tensorSums } from './tiny.js';

const PRETRAINER = fileURLToPath(new URL('pretrainer.ts', import.meta.url));
const UPDATES = 40;

const folder = temporaryFolder();
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pre-trains in another process and kills it some milliseconds after `count` updates; gives the last one it told. */
async function killedAfter(count: number, milliseconds: number, out: string): Promise<number> {
  const options = [...SOURCES, PRETRAINER, data, out, String(UPDATES)];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', (status, signal) => resolve(signal ?? status)));
  let seen = 0;
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (++seen === count) void wait(milliseconds).then(() => child.kill('SIGKILL'));
  }
  expect(await exited).toBe('SIGKILL');
  return last;
}

const deterministic = (log: readonly LogRecord[]): LogRecord[] =>
  log
    .filter(({ backend }) => backend === undefined)
    .map((record) => ({ ...record, samples_per_second: 0, wall_seconds: 0 }));

test('a run that is killed again and again ends bit for bit like one that is not', async () => {
  const [through, killed] = [join(folder, 'through'), join(folder, 'killed')];
  await pretrain({ config: resumable(data, UPDATES), out: through });

  // Before the first checkpoint, then at moments that differ from one execution to the next.
  const reached = [await killedAfter(1, 0, killed)];
  for (let round = 0; round < 2; round++) reached.push(await killedAfter(6 + 4 * round, 40 * Math.random(), killed));
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent): void => void events.push(event);
  const { finished } = await pretrain({ config: resumable(data, UPDATES), out: killed, onEvent });

  expect(finished).toBe(true);
  expect(reached.at(-1)).toBeLessThan(UPDATES);
  const [start] = only(events, 'start');
  expect(start!.resumed).toBe(true);
  expect(start!.update % 3).toBe(0);
  expect(start!.update).toBeGreaterThan(0);
  expect(only(events, 'warning')).toEqual([]);

  const sums = tensorSums(through, UPDATES);
  expect(Object.keys(sums).sort()).toEqual([
    'm.safetensors',
    'student.safetensors',
    'teacher.safetensors',
    'v.safetensors',
  ]);
  expect(tensorSums(killed, UPDATES)).toEqual(sums);

  const log = readLog(join(killed, 'log.jsonl'));
  const training = log.filter((record) => 'loss' in record).map(({ update }) => update);
  expect(training).toEqual([1, ...Array.from({ length: UPDATES / 2 }, (_, i) => 2 * (i + 1))]);
  expect(deterministic(log)).toEqual(deterministic(readLog(join(through, 'log.jsonl'))));
});
