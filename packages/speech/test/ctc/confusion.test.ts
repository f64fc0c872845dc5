import { CharacterConfusions } from '../../src/index.js';
import { TranscriptionDetails } from '../../src/task/transcription-details.js';

const PAIRS = [
  ['abab', 'abcb'],
  ['ab a', 'aba'],
  ['bb', 'xbb'],
  ['ab', 'cb'],
] as const;

test('what characters are taken for is counted over all utterances', () => {
  const confusions = new CharacterConfusions();
  for (const [reference, hypothesis] of PAIRS) confusions.add(reference, hypothesis);
  expect(confusions.characters()).toEqual([
    { character: 'b', said: 6, right: 6, missed: 0, heardAs: [] },
    { character: 'a', said: 5, right: 3, missed: 0, heardAs: [['c', 2]] },
    { character: ' ', said: 1, right: 0, missed: 1, heardAs: [] },
  ]);
  expect(confusions.inserted()).toEqual([['x', 1]]);
});

test('a report shows edits and confusions, safe in a page', () => {
  const details = new TranscriptionDetails();
  expect(details.sections()).toEqual([]);
  for (const [reference, hypothesis] of PAIRS) details.add(reference, hypothesis);
  for (let i = 0; i < 20; i++) details.add('<b>', '<b>');
  const [transcripts, confusion] = details.sections();
  expect(transcripts!.title).toBe('Transcripts');
  expect(transcripts!.html.match(/class="edits"/g)).toHaveLength(8);
  expect(transcripts!.html).toContain('<ins title="a → c">c</ins>');
  expect(confusion!.html).toContain('<th scope="row">a</th><td>5</td><td>60.0</td><td>0</td><td>c 2</td>');
  expect(confusion!.html).toContain('<th scope="row"><i>space</i></th><td>1</td><td>0.0</td><td>1</td><td></td>');
  expect(confusion!.html).toContain('<th scope="row">&lt;</th>');
  expect(confusion!.html).toContain('Heard where nothing was said: x 1.');
  expect(confusion!.html).not.toContain('<b>');
});
