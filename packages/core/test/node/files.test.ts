import { gzipSync } from 'node:zlib';
import { SampleError } from '../../src/index.js';
import { readBytes, readJsonLines, readLines, readTable, readText, readUnpacked, tableFormat } from '../../src/node.js';
import { temporaryFolder } from '../temporary-folder.js';

const files = temporaryFolder();

async function lines(path: string, longest?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const each of readLines(path, longest)) {
    found.push(each instanceof SampleError ? each.message.split('\n')[0]! : `${each.line} ${each.text}`);
  }
  return found;
}

describe('files', () => {
  test('a file that is missing or a folder is named as the caller names it', async () => {
    await expect(readBytes(files.path('gone'))).rejects.toThrow(`${files.path('gone')}: the file does not exist`);
    const folder = readBytes(files.path(''), 'row 3');
    await expect(folder).rejects.toBeInstanceOf(SampleError);
    await expect(folder).rejects.toThrow('row 3: this is a folder, not a file');
  });

  test('are unpacked where their content is gzipped, and damaged ones are named', async () => {
    const packed = gzipSync('some text');
    expect(Buffer.from(await readUnpacked(files.write('a.bin', packed))).toString()).toBe('some text');
    expect(Buffer.from(await readUnpacked(files.write('b.gz', 'plain'))).toString()).toBe('plain');
    const cut = files.write('cut', packed.subarray(0, 20));
    await expect(readUnpacked(cut)).rejects.toThrow(/cut: the gzip data is damaged/);
    await expect(readText(cut)).rejects.toThrow(/cut: the gzip data is damaged/);
  });
});

describe('lines', () => {
  test('are numbered, whatever ends them, without a byte order mark', async () => {
    const text = '\uFEFFone\r\n\ntwo 猫';
    expect(await lines(files.write('a.txt', text))).toEqual(['1 one', '2 ', '3 two 猫']);
    expect(await lines(files.write('a.txt.gz', gzipSync(text)))).toEqual(['1 one', '2 ', '3 two 猫']);
    expect(await readText(files.path('a.txt'))).toBe('one\n\ntwo 猫');
  });

  test('that are no text come as errors, and the others still come', async () => {
    const bytes = Buffer.concat([Buffer.from('a\nb\0c\n'), Buffer.from([0xff, 10]), Buffer.from('123456\nd')]);
    const path = files.write('bad.txt', bytes);
    expect(await lines(path, 5)).toEqual([
      '1 a',
      `${path}:2: the line holds a NUL byte`,
      `${path}:3: the line is not UTF-8`,
      `${path}:4: the line has 6 bytes, more than 5`,
      '5 d',
    ]);
    await expect(readText(path)).rejects.toThrow('bad.txt:2: the line holds a NUL byte');
  });
});

describe('tables', () => {
  test.each([
    ['a.csv', 'csv'],
    ['a.TSV.gz', 'tsv'],
    ['b/a.ndjson', 'jsonl'],
    ['a.json', 'jsonl'],
    ['a.txt', undefined],
    ['csv', undefined],
  ])('the extension of %s tells %s', (path, format) => {
    expect(tableFormat(path)).toBe(format);
  });

  test.each([
    ['csv', 'path,text\na,"x\ny"\n'],
    ['tsv', 'path\ttext\na\tx\n'],
    ['jsonl', '{"path": "a", "text": "x"}\n\n'],
  ] as const)('%s, plain or gzipped, is rows by column', async (format, text) => {
    const plain = await readTable(files.write(`t.${format}`, text), format, '{}');
    expect(plain).toHaveLength(1);
    expect(plain[0]).toMatchObject({ cells: { path: 'a', text: expect.stringMatching(/^x/) as string } });
    const packed = await readTable(files.write(`t.${format}.gz`, gzipSync(text)), format, '{}');
    expect(packed).toMatchObject(plain.map((row) => ('cells' in row ? { line: row.line, cells: row.cells } : {})));
  });

  test('a wrong line of JSON lines is an error of its own', async () => {
    const path = files.write('t.jsonl', '{"a": 1}\n{a\n{"a": 2}\n');
    const [first, second, third] = await readJsonLines(path, '{"a": 1}');
    expect([first, third]).toMatchObject([{ line: 1 }, { line: 3, name: `${path}:3` }]);
    expect((second as SampleError).message).toMatch(/t\.jsonl:2: not JSON: .*\n.*write one object a line: \{"a": 1\}/);
  });
});
