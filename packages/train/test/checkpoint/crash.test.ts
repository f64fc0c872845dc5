import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CheckpointError } from '@d2v/core';
import { SOURCES } from '../../../../tools/jest/sources.js';
import { CheckpointStore, diskFiles, type CheckpointFiles } from '../../src/checkpoint/index.js';
import { contents } from './contents.js';

const SAVER = fileURLToPath(new URL('saver.ts', import.meta.url));
const NODE = [...SOURCES, SAVER];
const retention = { keepLast: 2, keepBest: 0, metric: 'loss', better: 'lower' } as const;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'd2v-crash-'))));
afterEach(() => rmSync(folder, { recursive: true }));

class Interrupted extends Error {}

/**
 * The disk until its `n`-th change, where `fail` throws. `forever`: nothing works after that either, as when the
 * process is killed; otherwise only writing fails, as on a full disk.
 */
function failing(n: number, fail: () => Error, forever: boolean): { files: CheckpointFiles; changes: () => number } {
  let changes = 0;
  const count = (): void => {
    changes++;
    if (changes === n || (forever && changes > n)) throw fail();
  };
  const files: CheckpointFiles = {
    ...diskFiles,
    async makeFolder(path) {
      if (forever) count();
      await diskFiles.makeFolder(path);
    },
    async write(path, chunks) {
      const halved = function* (): Generator<Uint8Array> {
        for (const chunk of chunks) {
          yield chunk.subarray(0, chunk.length >> 1);
          count();
          yield chunk.subarray(chunk.length >> 1);
        }
      };
      await diskFiles.write(path, halved());
    },
    async rename(from, to) {
      if (forever) count();
      await diskFiles.rename(from, to);
    },
    async remove(path) {
      const names = await diskFiles.list(path).catch(() => []);
      for (const name of names) {
        if (forever) count();
        await diskFiles.remove(join(path, name));
      }
      if (forever) count();
      await diskFiles.remove(path);
    },
  };
  return { files, changes: () => changes };
}

describe('killed at any of its steps', () => {
  test.each([
    ['saving a new update', 30],
    ['replacing a checkpoint of the same update', 20],
  ])('%s leaves an intact checkpoint, and the next process goes on', async (_, update) => {
    for (let n = 1, done = false; !done; n++) {
      rmSync(folder, { recursive: true });
      const before = new CheckpointStore(folder, retention);
      await before.save(contents(10));
      await before.save(contents(20));
      const { files, changes } = failing(n, () => new Interrupted(), true);
      await new CheckpointStore(folder, { ...retention, files }).save(contents(update)).catch(() => undefined);
      done = changes() < n;

      const after = new CheckpointStore(folder, { ...retention, warn: (message) => expect(message).toBeUndefined() });
      await after.recover();
      for (const each of await after.updates()) expect((await after.at(each)).state.update).toBe(each);
      expect([20, update]).toContain((await after.latest())!.state.update);
      if (done) expect((await after.latest())!.state.update).toBe(update);
      await after.save(contents(40));
      expect((await after.latest())!.state.update).toBe(40);
      expect(readdirSync(folder)).toHaveLength(2);
      expect(n).toBeLessThan(100);
    }
  });

  test('SIGKILL at random moments never leaves half a checkpoint visible', async () => {
    let last = 0;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [...NODE, folder, '400000'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await wait(80 + 37 * round);
      child.kill('SIGKILL');
      expect(await exited).toBe('SIGKILL');
      const store = new CheckpointStore(folder, retention);
      for (const update of await store.updates()) expect((await store.at(update)).state.update).toBe(update);
      await store.recover();
      expect(readdirSync(folder).every((name) => /^\d{8}$/.test(name))).toBe(true);
      last = (await store.updates()).at(-1) ?? 0;
    }
    expect(last).toBeGreaterThan(0);
  });
});

describe('a full disk', () => {
  const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

  test('wherever the room ends, the earlier checkpoints stay and the error says what to do', async () => {
    const before = new CheckpointStore(folder, retention);
    await before.save(contents(10));
    await before.save(contents(20));
    let failures = 0;
    for (let n = 1; ; n++) {
      const { files, changes } = failing(n, full, false);
      const store = new CheckpointStore(folder, { ...retention, files });
      const error: unknown = await store.save(contents(30)).catch((e: unknown) => e);
      if (changes() < n) break;
      failures++;
      expect(error).toBeInstanceOf(CheckpointError);
      expect((error as Error).message).toMatch(
        /cannot save the checkpoint of update 30.*no room on the disk \(ENOSPC, \d+ MB are free\); the one of update 20 is intact\n.*free some space/,
      );
      expect(readdirSync(folder).sort()).toEqual(['00000010', '00000020']);
      expect((await store.latest())!.state.update).toBe(20);
    }
    expect(failures).toBeGreaterThan(5);
    expect((await before.latest())!.state.update).toBe(30);
  });

  test('a limit on the size of files, set by the system, is reported in the same way', async () => {
    await new CheckpointStore(folder, retention).save(contents(10));
    const limited = ['-c', 'ulimit -f 2048; exec "$@"', 'limited', process.execPath, ...NODE, folder, '2000000', '1'];
    const { status, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('no room on the disk (EFBIG');
    expect(stderr).toContain('the one of update 10 is intact');
    expect(readdirSync(folder)).toEqual(['00000010']);
  });
});
