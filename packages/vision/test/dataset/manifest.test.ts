import { ConfigError, SampleError } from '@d2v/core';
import { imageDatasets } from '../../src/dataset/index.js';
import { image, rejection, temporaryFolder } from './files.js';

const files = temporaryFolder();
const open = (options: object) => imageDatasets.manifest.open(imageDatasets.manifest.schema.parse(options));
const list = async (lines: readonly string[], options: object = {}) =>
  open({ path: await files.write('lists/list.jsonl', lines.join('\n')), ...options });

beforeAll(async () => {
  await files.write('lists/img/a.png', await image('#ff0000'));
  await files.write('b.png', await image('#00ff00'));
});

describe('manifest reader', () => {
  test('reads paths relative to the manifest, names of classes in alphabetical order', async () => {
    const data = await list([
      '\uFEFF{"path": "img/a.png", "label": "red", "note": 1}',
      '',
      '{"path": "../b.png", "label": "green"}\r',
    ]);
    expect([data.size, data.classes, data.label!(0), data.label!(1)]).toEqual([2, ['green', 'red'], 1, 0]);
    const item = await data.read(1);
    expect(item).toMatchObject({ name: '../b.png (list.jsonl:3)', label: 0, width: 4, height: 3 });
    const { data: pixels } = await item.pixels({ size: { width: 1, height: 1 }, channels: 3, filter: 'bicubic' });
    expect([...pixels]).toEqual([0, 255, 0]);
  });

  test('reads absolute paths, numbers and no labels at all', async () => {
    const numbered = await list([`{"path": ${JSON.stringify(files.path('b.png'))}, "label": 2}`]);
    expect([numbered.classes, numbered.label!(0)]).toEqual([['0', '1', '2'], 2]);
    expect(await numbered.read(0)).toMatchObject({ width: 4 });
    const unlabelled = await list(['{"path": "img/a.png"}', '{"path": "../b.png", "label": null}']);
    expect([unlabelled.classes, unlabelled.label]).toEqual([undefined, undefined]);
  });

  test.each([
    ['{"path": "a.png"', /list\.jsonl:2: not JSON/],
    ['{"path": "a.png", "label": NaN}', /list\.jsonl:2: not JSON/],
    ['{"label": "x"}', /list\.jsonl:2: 'path'/],
    ['{"path": 5}', /list\.jsonl:2: 'path'/],
    ['["a.png"]', /list\.jsonl:2: /],
    ['{"path": "a.png"}', /list\.jsonl:2: the label is missing/],
    ['{"path": "a.png", "label": 1}', /list\.jsonl:2: label 1 is not a name/],
    ['{"path": "a.png", "label": true}', /list\.jsonl:2: 'label'/],
  ])('names file and line of %s', async (line, message) => {
    const error = await rejection(list(['{"path": "a.png", "label": "x"}', line]));
    expect(error).toBeInstanceOf(SampleError);
    expect(error.message).toMatch(message);
  });

  test.each([-1, 1.5, 1e300])('refuses the class number %d', async (label) => {
    const error = await rejection(list([`{"path": "a.png", "label": ${label}}`]));
    expect(error.message).toMatch(/list\.jsonl:1: label .* is not a class number/);
  });

  test('refuses labels that `classes` does not name', async () => {
    const lines = ['{"path": "a.png", "label": "cat"}', '{"path": "b.png", "label": "cow"}'];
    expect((await list(lines, { classes: ['cow', 'cat'] })).label!(0)).toBe(1);
    const error = await rejection(list(lines, { classes: ['dog', 'cat'] }));
    expect(error.message).toMatch(/list\.jsonl:2: label 'cow' is not one of the 2 classes/);
    expect((await rejection(list(['{"path": "a", "label": 3}'], { classes: ['a', 'b'] }))).message).toMatch(
      /label 3 is not a class in \[0, 2\)/,
    );
    expect(await rejection(list(['{"path": "a.png"}'], { classes: ['a'] }))).toBeInstanceOf(ConfigError);
  });

  test('refuses an empty list and a missing one', async () => {
    expect(await rejection(list(['', ' ']))).toBeInstanceOf(ConfigError);
    expect((await rejection(open({ path: files.path('none.jsonl') }))).message).toMatch(
      /none\.jsonl: the file does not exist/,
    );
  });

  test('names an image that is not there with the line that lists it', async () => {
    const data = await list(['{"path": "img/gone.png", "label": "x"}']);
    const error = await rejection(data.read(0));
    expect(error).toBeInstanceOf(SampleError);
    expect(error.message).toMatch(/^img\/gone\.png \(list\.jsonl:1\): the file does not exist/);
  });
});
