import { NaiveBayes, wordsOf } from '../naive-bayes.js';

test('words are lower case, letters and digits of any script', () => {
  expect(wordsOf("The Cat's 2nd naïve-猫!")).toEqual(['the', 'cat', 's', '2nd', 'naïve', '猫']);
});

// Example 13.1 of Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008).
test('probabilities are those of the text book', () => {
  const bayes = new NaiveBayes(2);
  for (const text of ['Chinese Beijing Chinese', 'Chinese Chinese Shanghai', 'Chinese Macao']) bayes.add(text, 1);
  bayes.add('Tokyo Japan Chinese', 0);
  const [no, yes] = bayes
    .scores('Chinese Chinese Chinese Tokyo Japan')
    .map((score) => Math.exp(score) / 4) as never as [number, number];
  expect(yes).toBeCloseTo((3 / 4) * (3 / 7) ** 3 * (1 / 14) ** 2, 10);
  expect(no).toBeCloseTo((1 / 4) * (2 / 9) ** 5, 10);
  expect(bayes.classify('Chinese Chinese Chinese Tokyo Japan')).toBe(1);
});

test('unseen words change nothing, and a class without texts is never chosen', () => {
  const bayes = new NaiveBayes(3);
  bayes.add('red', 0);
  bayes.add('blue', 1);
  expect(bayes.scores('red unseen')).toEqual(bayes.scores('red'));
  expect(bayes.classify('unseen')).not.toBe(2);
  expect(bayes.classify('blue')).toBe(1);
});
