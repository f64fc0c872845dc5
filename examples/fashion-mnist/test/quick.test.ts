import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RandomStream } from '@d2v/core';
import { runNode } from '../../../tools/jest/run-node.js';

const folder = mkdtempSync(join(tmpdir(), 'd2v-fashion-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [data, out] = [join(folder, 'data'), join(folder, 'out')];
const SIDE = 28;

function idx(shape: readonly number[], content: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((side, axis) => header.setUint32(4 + 4 * axis, side));
  return gzipSync(Buffer.concat([new Uint8Array(header.buffer), content]));
}

/** Noise, brighter with each of ten classes. */
function writeImages(split: 'train' | 't10k', count: number): void {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const stream = new RandomStream([split]);
  const pixels = Uint8Array.from({ length: count * SIDE * SIDE }, (_, i) => {
    return 15 * labels[Math.floor(i / SIDE ** 2)]! + stream.below(100);
  });
  writeFileSync(join(data, `${split}-images-idx3-ubyte.gz`), idx([count, SIDE, SIDE], pixels));
  writeFileSync(join(data, `${split}-labels-idx1-ubyte.gz`), idx([count], labels));
}

test('the protocol runs from the images to the table and the report', async () => {
  mkdirSync(data);
  writeImages('train', 100);
  writeImages('t10k', 20);
  const short = ['backend=wasm', 'training.updates=2', 'training.batchSize=10', 'training.validate.every=2'];
  const small = ['backbone.dim=16', 'backbone.heads=2'];
  const printed = await runNode(
    {
      arguments: [
        ...['main.ts', '--data', data, '--out', out, '--methods', 'data2vec2'],
        ...[...short, ...small].flatMap((setting) => ['--set', setting]),
        ...short.flatMap((setting) => ['--set-finetune', setting]),
      ],
    },
    new URL('..', import.meta.url),
  );
  for (const row of ['data2vec2', 'random weights']) {
    expect(printed).toMatch(new RegExp(`^${row} +\\d+\\.\\d +\\d+\\.\\d +\\d+\\.\\d *$`, 'm'));
  }
  expect(printed).toMatch(/^pixels +\d+\.\d +\d+\.\d +– *$/m);
  expect(readFileSync(join(out, 'data2vec2-1/report.html'), 'utf8')).toContain('</html>');
}, 120_000);
