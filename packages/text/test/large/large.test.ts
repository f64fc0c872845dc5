import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SOURCES } from '../../../../tools/jest/sources.js';
import { Tokenizer, trainTokenizer, WordCounts } from '../../src/index.js';
import { saveTokenizer } from '../../src/node.js';

// `npm run test:large` sets D2V_LARGE_MB=2048; the size that runs with the other tests takes some seconds.
const megabytes = Number(process.env.D2V_LARGE_MB ?? 80);
const heap = megabytes >= 2048 ? 512 : 64;

const sentence = (i: number): string => `Sentence ${i}: the ${i % 97} cats sat on the mat, naïve 猫. `;
const line = (i: number): string => Array.from({ length: 8 }, (_, j) => sentence(8 * i + j)).join('');
const LINES = Array.from({ length: 4000 }, (_, i) => `${line(i)}\n`).join('');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'd2v-large-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Report {
  readonly blocks: number;
  readonly tokens: number;
  readonly texts: readonly string[];
  readonly cpu: number;
  readonly peakMegabytes: number;
}

test(
  `a text of ${megabytes} MB is tokenised and read with a heap of ${heap} MB`,
  async () => {
    const counts = new WordCounts();
    for (const each of LINES.split('\n')) counts.add(each);
    const tokenizer = new Tokenizer(trainTokenizer(counts, { vocabularySize: 1000 }));
    await saveTokenizer(tokenizer, join(folder, 'tokenizer'));
    const path = join(folder, 'text.txt');
    const chunk = Buffer.from(LINES);
    const file = await open(path, 'w');
    for (let written = 0; written < megabytes * 2 ** 20; written += chunk.length) await file.write(chunk);
    await file.close();

    const script = fileURLToPath(new URL('read-blocks.ts', import.meta.url));
    // Objects that are made while V8 marks in steps count as held until the next time: without steps, the limit is on what is.
    const flags = [`--max-old-space-size=${heap}`, '--no-incremental-marking', ...SOURCES];
    const inputs = [path, join(folder, 'tokenizer'), join(folder, 'cache')];
    const run = (): Promise<Report> =>
      promisify(execFile)(process.execPath, [...flags, script, ...inputs]).then(
        ({ stdout }) => JSON.parse(stdout) as Report,
      );
    const first = await run();
    expect(first.tokens).toBe(3 * 512);
    const whole = LINES.replaceAll('\n', '');
    for (const text of first.texts) expect(`${whole}${whole}`).toContain(text);
    const second = await run();
    expect(second).toMatchObject({ blocks: first.blocks, texts: first.texts });
    expect(second.cpu).toBeLessThan(first.cpu / 2);
    if (megabytes >= 1024) expect(first.peakMegabytes).toBeLessThan(megabytes / 2);
    const shown = ({ cpu, peakMegabytes }: Report) =>
      `${cpu.toFixed(1)} s of CPU, ${peakMegabytes.toFixed(0)} MB at most`;
    if (process.env.D2V_LARGE_MB) {
      process.stdout.write(`${megabytes} MB, ${first.blocks} blocks: ${shown(first)}; again: ${shown(second)}\n`);
    }
  },
  60 * 60_000,
);
