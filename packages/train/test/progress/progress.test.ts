import { PassThrough } from 'node:stream';
import { createProgress, formatNumber, formatSeconds, table, type ProgressOptions } from '../../src/progress/index.js';

function setup(options: Partial<ProgressOptions> & { isTTY?: boolean }) {
  const stream = Object.assign(new PassThrough(), {
    isTTY: options.isTTY ?? false,
    columns: 120,
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => true,
  });
  let written = '';
  stream.on('data', (chunk: Buffer) => (written += chunk.toString()));
  let time = 0;
  const progress = createProgress({
    total: 1000,
    stream: stream as unknown as NodeJS.WriteStream,
    now: () => time,
    ...options,
  });
  return { progress, written: () => written, pass: (seconds: number) => (time += seconds * 1000) };
}

describe('where there is no terminal', () => {
  test('prints a line at once, then one every 30 seconds, with loss, speed and time left', () => {
    const { progress, written, pass } = setup({});
    for (let update = 1; update <= 70; update++) {
      pass(1);
      progress.step(update, update * 32, { loss: 1 / update });
    }
    expect(written().split('\n')).toEqual([
      'updates 1/1000 (0.1 %)  loss 1  32 samples/s  16 min 39 s left',
      'updates 31/1000 (3.1 %)  loss 0.03226  32 samples/s  16 min 09 s left',
      'updates 61/1000 (6.1 %)  loss 0.01639  32 samples/s  15 min 39 s left',
      '',
    ]);
  });

  test('prints the end, once', () => {
    const { progress, written, pass } = setup({ total: 2 });
    pass(1);
    progress.step(1, 10);
    pass(1);
    progress.step(2, 20);
    progress.stop();
    expect(written()).toBe(
      'updates 1/2 (50.0 %)  10 samples/s  1 s left\nupdates 2/2 (100.0 %)  10 samples/s  0 s left\n',
    );
  });

  test('has no rate where no samples are counted', () => {
    const { progress, written, pass } = setup({ total: 100, unit: 'setup' });
    pass(2);
    progress.step(10, 0);
    expect(written()).toBe('setup 10/100 (10.0 %)  18 s left\n');
  });

  test('stopping shows how far it came', () => {
    const { progress, written, pass } = setup({});
    for (let update = 1; update <= 5; update++) {
      pass(1);
      progress.step(update, update);
    }
    progress.stop();
    expect(written()).toContain('updates 5/1000');
  });

  test('other lines are printed as they are', () => {
    const { progress, written } = setup({});
    progress.say('checkpoint 100');
    expect(written()).toBe('checkpoint 100\n');
  });

  test('a run that goes on counts speed from where it went on', () => {
    const { progress, written, pass } = setup({ start: 500 });
    pass(10);
    progress.step(510, 320);
    expect(written()).toBe('updates 510/1000 (51.0 %)  32 samples/s  8 min 10 s left\n');
  });

  test('a slow start is forgotten after a minute', () => {
    const { progress, written, pass } = setup({ interval: 300 });
    pass(100);
    progress.step(1, 1);
    for (let update = 2; update <= 401; update++) {
      pass(1);
      progress.step(update, update);
    }
    expect(written().trimEnd().split('\n').at(-1)).toBe('updates 301/1000 (30.1 %)  1.0 samples/s  11 min 39 s left');
  });
});

test('on a terminal a bar is drawn, and lines are printed above it', () => {
  const { progress, written, pass } = setup({ isTTY: true, interactive: true });
  pass(1);
  progress.step(250, 8000, { loss: 0.25 });
  progress.say('checkpoint written');
  progress.stop();
  expect(written()).toContain('█'.repeat(6) + '░'.repeat(18));
  expect(written()).toContain('updates 250/1000 (25.0 %)  loss 0.2500  8000 samples/s  3 s left');
  expect(written()).toContain('checkpoint written\n');
});

test('a terminal in CI gets lines', () => {
  const before = process.env['CI'];
  process.env['CI'] = 'true';
  try {
    const { progress, written } = setup({ isTTY: true });
    progress.step(1, 1);
    expect(written()).toBe('updates 1/1000 (0.1 %)\n');
  } finally {
    if (before === undefined) delete process.env['CI'];
    else process.env['CI'] = before;
  }
});

describe('formats', () => {
  test.each([
    [0.4, '0 s'],
    [59, '59 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 05 min'],
    [200_000, '2 d 7 h'],
  ])('%p seconds: %s', (seconds, expected) => expect(formatSeconds(seconds)).toBe(expected));

  test.each([
    [0, '0'],
    [1200, '1200'],
    [0.51234, '0.5123'],
    [1234.56, '1235'],
    [1e-5, '1.000e-5'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('%p: %s', (value, expected) => expect(formatNumber(value)).toBe(expected));
});

test('a table aligns numbers to the right and text to the left', () => {
  const rows = [
    ['linear probe', 0.8412, 1200],
    ['k-NN', 0.8, undefined],
    ['ünïcode – ok', 0.25, 7],
  ];
  expect(table(['method', 'accuracy', 'samples'], rows)).toBe(
    [
      'method        accuracy  samples',
      '────────────  ────────  ───────',
      'linear probe    0.8412     1200',
      'k-NN            0.8000        –',
      'ünïcode – ok    0.2500        7',
    ].join('\n'),
  );
});
