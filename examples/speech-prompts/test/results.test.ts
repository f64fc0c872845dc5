import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Results, spread } from '../results.js';

const folder = mkdtempSync(join(tmpdir(), 'd2v-results-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('results are on disk after every part, also those of two calls side by side, are not computed twice, and become a table over seeds', async () => {
  const never = () => Promise.reject(new Error('computed twice'));
  const first = new Results(folder);
  await first.add('recognition', 'pre-trained', 1, ['CER %'], async () => ({ 'CER %': 20 }));
  const again = new Results(folder);
  await again.add('recognition', 'pre-trained', 1, ['CER %'], never);
  await again.add('recognition', 'pre-trained', 2, ['CER %'], async () => ({ 'CER %': 30 }));
  await again.add('recognition', 'pre-trained', 1, ['WER %'], async () => ({ 'WER %': 50 }));
  await first.add('recognition', 'from scratch', 1, ['CER %'], async () => ({ 'CER %': 40 }));
  expect(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))).toContainEqual({
    part: 'recognition',
    row: 'pre-trained',
    seed: 1,
    scores: { 'CER %': 20, 'WER %': 50 },
  });
  expect(readFileSync(join(folder, 'results.md'), 'utf8')).toBe(
    [
      '| recognition | CER % | WER % |',
      '| --- | ---: | ---: |',
      '| pre-trained | 25.0 ± 7.1 | 50.0 |',
      '| from scratch | 40.0 | – |',
      '',
    ].join('\n'),
  );
});

test('the spread is the sample standard deviation', () => {
  expect(spread([1, 2, 3])).toBe('2.0 ± 1.0');
  expect(spread([undefined, 4])).toBe('4.0');
  expect(spread([undefined])).toBe('–');
});
