import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from '../../../tools/jest/run-node.js';

const out = mkdtempSync(join(tmpdir(), 'd2v-quickstart-'));
afterAll(() => rmSync(out, { recursive: true }));

test('the quickstart runs from the digits to the tables and the report', async () => {
  const short = ['backend=wasm', 'training.updates=2'];
  const printed = await runNode(
    {
      arguments: [
        ...['main.ts', '--out', out, '--digits', '30'],
        ...short.flatMap((setting) => ['--set', setting]),
        ...short.flatMap((setting) => ['--set-finetune', setting]),
      ],
    },
    new URL('..', import.meta.url),
  );
  expect(printed).toContain('data2vec 2 on 240 digits');
  expect(printed).toContain('Frozen features on 60 held-out digits');
  for (const row of ['pre-trained', 'random weights', 'raw input']) {
    expect(printed).toMatch(new RegExp(`^${row} +\\d+\\.\\d +\\d+\\.\\d *$`, 'm'));
  }
  for (const row of ['pre-trained', 'from scratch']) expect(printed).toMatch(new RegExp(`^${row} +\\d+\\.\\d *$`, 'm'));
  expect(readFileSync(join(out, 'pretrain/report.html'), 'utf8')).toContain('Held-out digits');
}, 120_000);
