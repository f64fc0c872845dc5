import { RandomStream } from '@d2v/core';
import { alignEdits, charactersOf, countEdits, editHtml, editText, ErrorRate, wordsOf } from '../../src/ctc/index.js';

/** The distance straight from its recursive definition. */
function distance(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return distance(restA, restB);
  return 1 + Math.min(distance(restA, restB), distance(restA, b), distance(a, restB));
}

test('alignments are as short as possible and spell both sides', () => {
  const stream = new RandomStream(['edits']);
  const word = (): string[] => Array.from({ length: stream.below(6) }, () => 'abc'[stream.below(3)]!);
  for (let i = 0; i < 300; i++) {
    const [reference, hypothesis] = [word(), word()];
    const edits = alignEdits(reference, hypothesis);
    const { substitutions, insertions, deletions, ...counts } = countEdits(edits);
    expect(substitutions + insertions + deletions).toBe(distance(reference, hypothesis));
    expect(counts.reference).toBe(reference.length);
    expect(edits.flatMap((edit) => ('reference' in edit ? [edit.reference] : []))).toEqual(reference);
    expect(edits.flatMap((edit) => ('hypothesis' in edit ? [edit.hypothesis] : []))).toEqual(hypothesis);
    for (const edit of edits) {
      if (edit.kind === 'match') expect(edit.reference).toBe(edit.hypothesis);
      if (edit.kind === 'substitution') expect(edit.reference).not.toBe(edit.hypothesis);
    }
  }
});

test('error rates are summed over utterances before they are divided', () => {
  const words = new ErrorRate();
  expect(words.percent).toBeNaN();
  words.add(wordsOf('the cat sat on the mat'), wordsOf('the bat sat up on mat'));
  words.add(wordsOf('yes'), wordsOf(''));
  expect(words.counts).toEqual({ reference: 7, substitutions: 1, insertions: 1, deletions: 2 });
  expect(words.percent).toBeCloseTo(400 / 7, 9);
  words.add([], ['a', 'b', 'c', 'd']);
  expect(words.percent).toBeCloseTo(800 / 7, 9);
});

test('characters are code points, with one space between words', () => {
  expect(charactersOf('  a  😀b ')).toEqual(['a', ' ', '😀', 'b']);
  expect(wordsOf(' a\t b\n')).toEqual(['a', 'b']);
});

test('as text, words stand below each other with their edits', () => {
  expect(editText('the cat sat on the mat', 'the bat sat up on mat')).toBe(
    ['REF  the cat sat ** on the mat', 'HYP  the bat sat up on *** mat', '         S       I     D'].join('\n'),
  );
  expect(editText('й', 'йод')).toBe(['REF  й', 'HYP  йод', '     S'].join('\n'));
  expect(editText('', '')).toBe(['REF', 'HYP', ''].join('\n'));
});

test('as HTML, edits are marked and text is escaped', () => {
  expect(editHtml('a <b> c', 'a d c e')).toBe(
    '<div class="edits"><p class="reference">a <del title="&lt;b&gt; → d">&lt;b&gt;</del> c</p>' +
      '<p class="hypothesis">a <ins title="&lt;b&gt; → d">d</ins> c <ins title="insertion">e</ins></p></div>',
  );
  expect(editHtml('cat', 'ct', 'character')).toBe(
    '<div class="edits"><p class="reference">c<del title="deletion">a</del>t</p><p class="hypothesis">ct</p></div>',
  );
});
