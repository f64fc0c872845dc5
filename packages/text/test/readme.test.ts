import { readmeExamples, runExample } from '../../../tools/jest/readme-example.js';

const folder = new URL('../', import.meta.url);
const examples = await readmeExamples(new URL('README.md', folder));

test('the README has an example that prints something', () => {
  expect(examples).toHaveLength(1);
});

test.each(examples)('example $# of the README prints what the README says', async ({ code, output }) => {
  expect(await runExample(code, folder)).toBe(output);
});
