import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Confusion, LogitCounter, readConfusion, writeConfusion } from '../../src/confusion/index.js';
import { writeReport } from '../../src/report/index.js';
import { temporaryFolder, writeRun } from './fixture.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const file = (): string => join(folder.path, 'confusion.json');

/** `counts[label][predicted]`. */
function confusionOf(counts: readonly (readonly number[])[]): Confusion {
  const confusion = new Confusion(counts.length);
  counts.forEach((row, label) => row.forEach((samples, predicted) => confusion.add(label, predicted, samples)));
  return confusion;
}

describe('counting', () => {
  const logits = Float32Array.of(1, 3, 2, 5, 4, 0);

  test('the likeliest class of every row counts', () => {
    const counter = new LogitCounter(3);
    counter.add(logits, [2, 3], [1, 2]);
    const confusion = counter.confusion!;
    expect(confusion.counts).toEqual([[0, 0, 0], [0, 1, 0], [1, 0, 0]]); // prettier-ignore
    expect(confusion.accuracy).toBe(50);
    expect(confusion.perClass).toEqual([undefined, 100, 0]);
  });

  test.each([
    ['frames', [1, 2, 3], [1, 2]],
    ['other classes', [3, 2], [0, 1, 1]],
    ['values', [2, 3], [0.5, 1]],
    ['transcripts', [2, 3], ['a', 'b']],
    ['no labels', [2, 3], []],
    ['a number that is no class', [2, 3], [0, 3]],
  ])('%s count nothing', (_, shape, labels) => {
    const counter = new LogitCounter(3);
    counter.add(logits, shape, labels);
    expect(counter.confusion).toBeUndefined();
  });
});

test('what is written reads back, and a damaged file is named', () => {
  expect(readConfusion(file())).toBeUndefined();
  writeConfusion(file(), { update: 7, classes: ['a', 'b'], confusion: confusionOf([[3, 1], [0, 2]]) }); // prettier-ignore
  const { update, classes, confusion } = readConfusion(file())!;
  expect({ update, classes, counts: confusion.counts }).toEqual({ update: 7, classes: ['a', 'b'], counts: [[3, 1], [0, 2]] }); // prettier-ignore
  writeFileSync(file(), '{"update": 7');
  expect(() => readConfusion(file())).toThrow(/confusion\.json: no confusion matrix/);
});

describe('the report', () => {
  const page = async (): Promise<string> => readFileSync(await writeReport(folder.path), 'utf8');

  test('shows the matrix and the most frequent mistakes, safe in a page', async () => {
    await writeRun(folder.path);
    expect(await page()).not.toContain('id="confusion"');
    const confusion = confusionOf([[6, 2, 0], [5, 5, 0], [0, 1, 1]]); // prettier-ignore
    writeConfusion(file(), { update: 3000, classes: ['<cat>', 'dog', 'owl'], confusion });
    const html = await page();
    expect(html).toContain(
      'What 20 held-out samples were taken for by the validation at update 3,000; 60 % are right.',
    );
    expect(html).toContain('title="dog taken for &lt;cat&gt;: 5 of 10">5</td>');
    expect(html.match(/<td class="(?:right|wrong)"/g)).toHaveLength(6);
    expect(html.match(/<th scope="row">dog<\/th><td>&lt;cat&gt;<\/td><td class="number">5<\/td>/)).not.toBeNull();
    expect(html.indexOf('<th scope="row">dog</th><td>&lt;cat&gt;')).toBeLessThan(
      html.indexOf('<th scope="row">&lt;cat&gt;</th><td>dog</td>'),
    );
  });

  test('of many classes lists the mistakes alone', async () => {
    await writeRun(folder.path);
    const confusion = new Confusion(100);
    confusion.add(99, 1);
    writeConfusion(file(), { update: 1, classes: Array.from({ length: 100 }, (_, i) => `class ${i}`), confusion });
    const html = await page();
    expect(html).not.toContain('class="matrix"');
    expect(html).toContain('<th scope="row">class 99</th><td>class 1</td>');
  });
});
