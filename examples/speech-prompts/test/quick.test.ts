import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RandomStream } from '@d2v/core';
import { runNode } from '../../../tools/jest/run-node.js';

const folder = mkdtempSync(join(tmpdir(), 'd2v-prompts-quick-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [packages, out] = [join(folder, 'packages'), join(folder, 'out')];

function write(path: string, content: Uint8Array): void {
  mkdirSync(dirname(join(packages, path)), { recursive: true });
  writeFileSync(join(packages, path), content);
}

/**
 * The unpacked packages: prompts of every kind in the two languages of the quickstart and one that it leaves out, a little
 * over half a second of noise each.
 */
function makePackages(): void {
  const letters = 'abcdefghij';
  for (const [language, voice, alphabet] of [
    ['en', 'en_US_f_A', letters],
    ['es', 'es_MX_f_A', letters],
    ['ru', 'ru_RU_f_B', 'абвгдежзик'],
  ] as const) {
    const ids = ['digits/', 'letters/', 'phonetic/', ''].flatMap((kind) =>
      [...letters].map((name) => `${kind}${name}`),
    );
    const lines = ids.map((id, i) => `${id}: ${[...String(i + 10)].map((digit) => alphabet[Number(digit)]).join('')}`);
    const name = `asterisk-core-sounds-${language}`;
    write(`usr/share/doc/${name}/core-sounds-${language}.txt.gz`, gzipSync(lines.join('\n')));
    for (const id of ids) {
      const stream = new RandomStream([language, id]);
      const sound = Uint8Array.from({ length: 4400 }, () => stream.below(256));
      write(`usr/share/asterisk/sounds/${voice}/${id}.g722`, sound);
    }
  }
}

test('the quickstart runs from the packages to the tables and the report', async () => {
  makePackages();
  const layers = 'encoder.extractor.layers=[[16,10,5],[16,8,8],[16,8,8]]';
  const small = ['training.updates=2', 'training.batchSize=4', layers, 'backbone.dim=32', 'backbone.heads=2', 'backbone.depth=2', 'objective.targets.topK=2', 'encoder.positions.groups=4']; // prettier-ignore
  const printed = await runNode(
    {
      arguments: [
        ...['main.ts', '--quick', '--out', out, '--data', packages, '--backend', 'wasm'],
        ...small.flatMap((setting) => ['--set', setting]),
        ...['--updates', '2', '--set-finetune', 'training.batchSize=4'],
      ],
    },
    new URL('..', import.meta.url),
  );
  const tables = readFileSync(join(out, 'results.md'), 'utf8');
  const row = (name: string, scores: number): RegExp =>
    new RegExp(`^\\| ${name} (\\| \\d+\\.\\d ){${scores}}\\|$`, 'm');
  const [recognition, features] = tables.split('\n\n');
  expect(recognition).toMatch(/^\| recognition, 2 updates \| en CER % \| en WER % \|$/m);
  for (const name of ['pre-trained', 'from scratch']) expect(recognition).toMatch(row(name, 2));
  expect(features).toMatch(/^\| frozen features \| kind % \|$/m);
  for (const name of ['pre-trained', 'random weights', 'log-mel statistics']) expect(features).toMatch(row(name, 1));
  expect(printed).toContain(tables);
  expect(readFileSync(join(out, 'data/pretrain-train.jsonl'), 'utf8')).not.toContain('audio/es/');
  expect(readFileSync(join(out, 'pretrain-1/report.html'), 'utf8')).toContain('</html>');
  expect(readFileSync(join(out, 'en-pre-trained-2-1/report.html'), 'utf8')).toContain('Confusion of characters');
}, 120_000);
