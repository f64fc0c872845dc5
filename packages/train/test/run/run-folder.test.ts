import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SOURCES } from '../../../../tools/jest/sources.js';
import { acquireLock, OtherConfigError, readLog, RunFolder, RunLockedError } from '../../src/run/index.js';

const NODE = [...SOURCES, '--input-type=module', '-e'];
const LOCK_MODULE = new URL('../../src/run/lock.ts', import.meta.url).href;

let base: string;
let path: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'd2v-run-'));
  path = join(base, 'runs', 'x');
});
afterEach(() => rmSync(base, { recursive: true }));

const config = {
  version: 1,
  optimizer: { learningRate: 1e-3, betas: [0.9, 0.95], layerDecay: undefined },
  training: { updates: 100, log: { every: 50 } },
};

function openAndRelease(value: object, mayChange?: string[]): RunFolder {
  const run = RunFolder.open(path, value, { mayChange });
  run.release();
  return run;
}

describe('a run folder', () => {
  test('is made with its resolved configuration, and opened again', () => {
    const run = RunFolder.open(path, config);
    expect(run.existed).toBe(false);
    expect(readFileSync(run.configPath, 'utf8')).toBe(
      'version: 1\noptimizer:\n  learningRate: 0.001\n  betas:\n    - 0.9\n    - 0.95\ntraining:\n  updates: 100\n  log:\n    every: 50\n',
    );
    expect(readdirSync(path).sort()).toEqual(['config.yaml', 'run.lock']);
    run.release();
    expect(openAndRelease(config).existed).toBe(true);
    expect(readdirSync(path)).toEqual(['config.yaml']);
  });

  test('of another configuration is refused with every key that differs', () => {
    openAndRelease(config);
    const other = { version: 1, optimizer: { learningRate: 2e-3, betas: [0.9, 0.98] }, training: { updates: 100 } };
    expect(() => RunFolder.open(path, other)).toThrow(OtherConfigError);
    expect(() => RunFolder.open(path, other)).toThrow(
      `${path} belongs to another configuration:
  optimizer.learningRate: 0.001 there, 0.002 now
  optimizer.betas: [0.9,0.95] there, [0.9,0.98] now
  training.log: {"every":50} there, not set now`,
    );
    expect(readdirSync(path)).toEqual(['config.yaml']);
    expect(openAndRelease(config).existed).toBe(true);
  });

  test('lets what does not touch learning change, and writes it down', () => {
    openAndRelease(config);
    const louder = { ...config, training: { updates: 100, log: { every: 10 } } };
    expect(() => openAndRelease(louder, ['training.lo'])).toThrow(OtherConfigError);
    openAndRelease(louder, ['training.log']);
    expect(() => openAndRelease(config)).toThrow('training.log.every: 10 there, 50 now');
  });

  test('whose configuration is damaged says so', () => {
    openAndRelease(config);
    writeFileSync(join(path, 'config.yaml'), 'a: {');
    expect(() => RunFolder.open(path, config)).toThrow(/config\.yaml cannot be read/);
    expect(existsSync(join(path, 'run.lock'))).toBe(false);
  });

  test('goes on with its log and tells TensorBoard where', () => {
    const first = RunFolder.open(path, config);
    const log = first.openLog();
    [10, 20, 30].forEach((update) => log.append({ update }));
    log.close();
    first.openEvents().close();
    first.release();
    const again = RunFolder.open(path, config);
    again.openLog(20).close();
    again.openEvents(20).close();
    again.release();
    expect(readLog(again.logPath).map(({ update }) => update)).toEqual([10, 20]);
    const [before, after] = readdirSync(again.tensorboardPath)
      .sort()
      .map((name) => readFileSync(join(again.tensorboardPath, name)).length);
    expect(after).toBeGreaterThan(before!);
  });
});

describe('the lock', () => {
  const lock = () => join(base, 'run.lock');
  const held = (owner: object): void => writeFileSync(lock(), `${JSON.stringify(owner)}\n`);

  test('keeps a second user out until it is released', () => {
    const release = acquireLock(lock());
    expect(() => acquireLock(lock())).toThrow(RunLockedError);
    expect(() => acquireLock(lock())).toThrow(`process ${process.pid} on ${hostname()} has been working on this run`);
    release();
    acquireLock(lock())();
    expect(readdirSync(base)).toEqual([]);
  });

  test('of a living process is respected, and taken over when it was killed', async () => {
    const source = `
      import { acquireLock } from ${JSON.stringify(LOCK_MODULE)};
      acquireLock(${JSON.stringify(lock())});
      console.log('locked');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, [...NODE, source], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(() => acquireLock(lock())).toThrow(`process ${child.pid} on`);
    child.kill('SIGKILL');
    await exited;
    expect(existsSync(lock())).toBe(true);
    acquireLock(lock())();
    expect(readdirSync(base)).toEqual([]);
  });

  test('of a pid that another process has by now is taken over', () => {
    held({ pid: process.ppid, host: hostname(), since: '2026-01-01T00:00:00.000Z', started: '1' });
    acquireLock(lock())();
  });

  test('of another machine is respected', () => {
    held({ pid: 1, host: 'elsewhere', since: '2026-01-01T00:00:00.000Z' });
    expect(() => acquireLock(lock())).toThrow(/process 1 on elsewhere[^]*if that process is gone, delete/);
  });

  test('is not released by one who lost it', () => {
    const release = acquireLock(lock());
    held({ pid: 1, host: 'elsewhere', since: '' });
    release();
    expect(existsSync(lock())).toBe(true);
  });

  test('that is no lock says so', () => {
    writeFileSync(lock(), 'x');
    expect(() => acquireLock(lock())).toThrow('is no lock file of d2v');
  });

  test('goes to exactly one of many processes that find a dead one', async () => {
    held({ pid: 2 ** 22 + 1, host: hostname(), since: '2026-01-01T00:00:00.000Z', started: '1' });
    const source = `
      import { once } from 'node:events';
      import { acquireLock } from ${JSON.stringify(LOCK_MODULE)};
      console.log('ready');
      await once(process.stdin, 'data');
      try { acquireLock(${JSON.stringify(lock())}); console.log('won'); }
      catch (error) { console.log(error.name === 'RunLockedError' ? 'lost' : error.message); }
      await once(process.stdin, 'data');
      process.exit();`;
    const children = Array.from({ length: 3 }, () => {
      const child = spawn(process.execPath, [...NODE, source], { stdio: ['pipe', 'pipe', 'inherit'] });
      return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
    });
    const heard = () => Promise.all(children.map(async ({ lines }) => (await lines.next()).value as string));
    const tell = (): void => children.forEach(({ child }) => child.stdin.write('go'));
    expect(await heard()).toEqual(['ready', 'ready', 'ready']);
    tell();
    const results = await heard();
    tell();
    await Promise.all(children.map(({ child }) => child.exitCode ?? new Promise((done) => child.once('exit', done))));
    expect(results.sort()).toEqual(['lost', 'lost', 'won']);
    expect(readdirSync(base)).toEqual(['run.lock']);
  });
});
