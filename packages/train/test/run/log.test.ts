import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readLog, RunLog } from '../../src/run/index.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'd2v-log-'));
  path = join(folder, 'log.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(updates: readonly number[], resumedAt?: number): void {
  const log = RunLog.open(path, resumedAt);
  updates.forEach((update) => log.append({ update, loss: 1 / update }));
  log.close();
}

const updates = () => readLog(path).map(({ update }) => update);

test('what is appended is read back, one JSON object a line', () => {
  write([1, 2, 3]);
  expect(readLog(path)).toEqual([1, 2, 3].map((update) => ({ update, loss: 1 / update })));
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
});

test('a log that is not there yet is empty', () => {
  expect(readLog(path)).toEqual([]);
});

test('values that are not finite survive', () => {
  const log = RunLog.open(path);
  log.append({ update: 1, loss: NaN, norm: Infinity, nested: { low: -Infinity } });
  log.close();
  expect(readLog(path)).toEqual([{ update: 1, loss: NaN, norm: Infinity, nested: { low: -Infinity } }]);
});

test('wherever a crash tears the last line, the lines before it are read and the log goes on', () => {
  write([1, 2, 3]);
  const whole = readFileSync(path, 'utf8');
  const secondLine = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
  fc.assert(
    fc.property(fc.integer({ min: secondLine, max: whole.length - 1 }), (cut) => {
      writeFileSync(path, whole.slice(0, cut));
      expect(updates()).toEqual([1, 2]);
      write([3, 4], 2);
      expect(updates()).toEqual([1, 2, 3, 4]);
    }),
  );
});

test('going on after a checkpoint removes later records, so that no update is logged twice', () => {
  write([10, 20, 30, 40]);
  write([30, 40, 50], 25);
  expect(updates()).toEqual([10, 20, 30, 40, 50]);
  write([], 50);
  expect(updates()).toEqual([10, 20, 30, 40, 50]);
  write([0, 1]);
  expect(updates()).toEqual([0, 1]);
  write([0, 1]);
  expect(updates()).toEqual([0, 1]);
});

test('a line in the middle that is no record is named', () => {
  write([1]);
  appendFileSync(path, '{"update": 2, "loss"\n{"update": 3}\n');
  expect(() => readLog(path)).toThrow(`${path}:2: no record of a log: {"update": 2, "loss"`);
  appendFileSync(path, '{"loss": 3}\n');
  expect(() => readLog(path)).toThrow(`${path}:2`);
});
