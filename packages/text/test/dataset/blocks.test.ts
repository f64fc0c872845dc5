import { appendFile, mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Packer, textDatasets, type BlocksOptions, type PackOptions } from '../../src/index.js';
import { loadTokenizer, openBlocks } from '../../src/node.js';
import { at, file, tokenizerFolder } from './files.js';

const END = 2;
const LINES = [[10, 11, 12], [20], [], [30, 31], [40, 41, 42, 43, 44, 45, 46], []];

function pack(breakMode: PackOptions['breakMode'], size: number): { ids: number[][]; lines: number[] } {
  const [ids, lines]: [number[][], number[]] = [[], []];
  const packer = new Packer({ breakMode, size, end: END }, (block, { line }) => {
    ids.push([...block]);
    lines.push(line);
  });
  LINES.forEach((tokens, i) => packer.add(tokens, i + 1));
  packer.flush();
  return { ids, lines };
}

test('none: blocks are full, cut anywhere, every line ends with </s>', () => {
  const { ids, lines } = pack('none', 5);
  expect(ids).toEqual([[10, 11, 12, 2, 20], [2, 2, 30, 31, 2], [40, 41, 42, 43, 44], [45, 46, 2, 2]]); // prettier-ignore
  expect(lines).toEqual([1, 2, 5, 5]);
});

test('complete: whole lines as many as fit, a long line in several blocks', () => {
  expect(pack('complete', 6).ids).toEqual([[10, 11, 12, 2, 20, 2], [2, 30, 31, 2], [40, 41, 42, 43, 44, 45], [46, 2, 2]]); // prettier-ignore
});

test('completeDoc: no block crosses an empty line, which leaves nothing', () => {
  expect(pack('completeDoc', 9).ids).toEqual([[10, 11, 12, 2, 20, 2], [30, 31, 2], [40, 41, 42, 43, 44, 45, 46, 2]]); // prettier-ignore
});

test('eos: one line a block, empty ones left out', () => {
  expect(pack('eos', 9).ids).toEqual([[10, 11, 12, 2], [20, 2], [30, 31, 2], [40, 41, 42, 43, 44, 45, 46, 2]]); // prettier-ignore
});

let tokenizer: string;
beforeAll(async () => {
  tokenizer = await tokenizerFolder();
});

const options = (path: string | string[], more: object = {}): BlocksOptions =>
  textDatasets.blocks.schema.parse({ path, tokenizer, tokensPerSample: 16, cache: at('cache'), ...more });

const TEXT = 'the cat sat\non the mat\n\nnaïve 猫 😀\nthe dog ran and ran and ran and ran\n';

async function contents(opened: Awaited<ReturnType<typeof openBlocks>>): Promise<string> {
  const { decode } = await loadTokenizer(tokenizer).then((t) => ({ decode: t.decode.bind(t) }));
  const ids = await Promise.all(Array.from({ length: opened.size }, (_, i) => opened.read(i)));
  return ids.map((block) => decode(block.ids.subarray(1))).join('');
}

test.each(['none', 'complete'])('%s: the blocks are the text, plain or gzipped', async (breakMode) => {
  const plain = await openBlocks(options(await file(`${breakMode}.txt`, TEXT), { breakMode }));
  expect(await contents(plain)).toBe(TEXT.replaceAll('\n', '</s>'));
  const zipped = await openBlocks(options(await file(`${breakMode}.gz`, gzipSync(TEXT)), { breakMode }));
  expect(await contents(zipped)).toBe(TEXT.replaceAll('\n', '</s>'));
  const { ids, wordStarts, name } = await plain.read(0);
  expect(ids[0]).toBe(0);
  expect(ids.length).toBeLessThanOrEqual(16);
  expect(ids.length).toBe(await plain.length!(0));
  expect(wordStarts!.length).toBe(ids.length);
  expect(name).toBe(`${at(`${breakMode}.txt`)}:1`);
});

test('a second start reads what the first made, until the text changes', async () => {
  const path = await file('again.txt', TEXT);
  const only = { cache: at('again-cache') };
  const first = await contents(await openBlocks(options(path, only)));
  const [key] = await readdir(at('again-cache'));
  const tokens = join(at('again-cache'), key!, 'tokens.bin');
  await utimes(tokens, 1, 1);
  expect(await contents(await openBlocks(options(path, only)))).toBe(first);
  expect(await readdir(at('again-cache'))).toEqual([key]);
  await appendFile(path, 'more text\n');
  expect(await contents(await openBlocks(options(path, only)))).toBe(`${first}more text</s>`);
  expect(await readdir(at('again-cache'))).toHaveLength(2);
});

test('a folder stands for the text files below it, and a part of the blocks may be used', async () => {
  await mkdir(at('corpus/deep'), { recursive: true });
  await file('corpus/a.txt', TEXT);
  await file('corpus/deep/b.txt.gz', gzipSync(TEXT));
  await file('corpus/c.bin', 'no text');
  const whole = await openBlocks(options(at('corpus')));
  expect(await contents(whole)).toBe(`${TEXT}${TEXT}`.replaceAll('\n', '</s>'));
  const range = await openBlocks(options(at('corpus'), { range: [1, 3] }));
  expect([range.size, range.name(0), range.skipped]).toEqual([2, whole.name(1), 0]);
  expect((await openBlocks(options(at('corpus'), { limit: 1 }))).size).toBe(1);
  const rest = await openBlocks(options(at('corpus'), { subset: { fraction: 0.5, complement: true } }));
  expect(rest.size).toBe(whole.size - Math.round(whole.size / 2));
});

test('damaged blocks are made anew', async () => {
  const path = await file('damaged.txt', TEXT);
  const only = { cache: at('damaged-cache') };
  await openBlocks(options(path, only));
  const [key] = await readdir(at('damaged-cache'));
  await truncate(join(at('damaged-cache'), key!, 'tokens.bin'), 3);
  expect(await contents(await openBlocks(options(path, only)))).toBe(TEXT.replaceAll('\n', '</s>'));
  await writeFile(join(at('damaged-cache'), key!, 'meta.json'), '{');
  expect(await contents(await openBlocks(options(path, only)))).toBe(TEXT.replaceAll('\n', '</s>'));
});

test.each([
  ['invalid UTF-8', Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0x0a, 0x62, 0x0a]), /:2: the line is not UTF-8/],
  ['a NUL byte', Buffer.from('a\nb\0c\nd\n'), /:2: the line holds a NUL byte/],
])('%s names file and line, and can be skipped', async (name, content, problem) => {
  const path = await file(`${name}.txt`, content);
  await expect(openBlocks(options(path))).rejects.toThrow(problem);
  const opened = await openBlocks(options(path, { onBadLine: 'skip' }));
  expect(opened.skipped).toBe(1);
});

test.each([
  ['empty', ''],
  ['white space', ' \n\t\n\n'],
])('a file that is %s is refused', async (name, content) => {
  const path = await file(`${name}.txt`, content);
  await expect(openBlocks(options(path, { breakMode: 'completeDoc' }))).rejects.toThrow('there is no text');
});

test('a file that does not exist, and damaged gzip data, are named', async () => {
  await expect(openBlocks(options(at('missing.txt')))).rejects.toThrow(/missing\.txt: the file does not exist/);
  const path = await file('cut.gz', gzipSync(TEXT).subarray(0, 40));
  await expect(openBlocks(options(path))).rejects.toThrow(/cut\.gz: the gzip data is damaged/);
});
