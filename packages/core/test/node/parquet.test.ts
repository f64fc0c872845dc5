import { parquetWriteBuffer } from 'hyparquet-writer';
import { parquetTable, type ParquetCell, type ParquetOptions } from '../../../../tools/jest/parquet-table.js';
import { runExample } from '../../../../tools/jest/readme-example.js';
import { ConfigError, SampleError } from '../../src/index.js';
import { fileColumn, openParquetRows, parquetLabelLists, parquetLabels } from '../../src/node.js';
import { GroupCache } from '../../src/node/parquet/group-cache.js';
import { openTable } from '../../src/node/parquet/table.js';
import { temporaryFolder } from '../temporary-folder.js';

const files = temporaryFolder();

const table = (
  cells: readonly ParquetCell[],
  labels: readonly (bigint | null)[],
  options?: ParquetOptions,
): Uint8Array => parquetTable('audio', cells, labels, options);

/** Five cells of so many bytes, told apart by their first. */
const cells = (length = 3): ParquetCell[] =>
  Array.from({ length: 5 }, (_, i) => ({ bytes: new Uint8Array(length).fill(i), path: `${i}.bin` }));
const labels = [0n, 1n, 2n, 0n, 1n];

describe('rows of Parquet', () => {
  test.each([
    ['whole row groups, kept', false, 2 ** 28],
    ['whole row groups, not kept', false, 0],
    ['single rows by the page index', true, 2 ** 28],
  ])('are read in any order: %s', async (_, pages, cacheBytes) => {
    const content = table(cells(100_000), labels, { names: ['x', 'y', 'z'], pages, codec: 'UNCOMPRESSED' });
    const path = files.write(`one-${pages}.parquet`, content);
    expect((await openTable(path)).groups.map((group) => group.byRow('audio'))).toEqual([pages, pages, false]);
    const rows = await openParquetRows(path);
    const read = rows.files(fileColumn(rows, 'audio', undefined, path), cacheBytes);
    const order = [4, 0, 3, 1, 2, 0];
    const found = await Promise.all(order.map((index) => read(index)));
    expect(found.map(({ bytes }) => [bytes!.length, bytes![0]])).toEqual(order.map((index) => [100_000, index]));
    expect(found[0]!.name).toBe(`${path} row 4 (4.bin)`);
    expect(await parquetLabels(rows, {}, path)).toEqual({
      labels: Int32Array.from(labels, Number),
      classes: ['x', 'y', 'z'],
    });
  });

  test('of a small row group are read one by one', async () => {
    const path = files.write('small.parquet', table(cells(), labels));
    expect((await openTable(path)).groups.map((group) => group.byRow('audio'))).toEqual([true, true, true]);
  });

  test('of a folder come file by file, in alphabetical order', async () => {
    const all = cells();
    files.write('shards/b.parquet', table(all.slice(3), labels.slice(3), { codec: 'GZIP' }));
    files.write('shards/a.parquet', table(all.slice(0, 3), labels.slice(0, 3)));
    files.write('shards/README.md', 'x');
    const rows = await openParquetRows(files.path('shards'));
    const read = rows.files('audio', 0);
    expect([rows.size, rows.name(3)]).toEqual([5, `${files.path('shards/b.parquet')} row 0`]);
    expect((await Promise.all([0, 2, 3, 4].map(read))).map(({ bytes }) => bytes![0])).toEqual([0, 2, 3, 4]);
    expect(await rows.column('label')).toEqual(labels);
  });

  test('without bytes name a file beside theirs, those without either are empty', async () => {
    const path = files.write(
      'beside/t.parquet',
      table(
        [
          { bytes: null, path: 'sub/a.bin' },
          { bytes: null, path: null },
        ],
        [0n, 0n],
      ),
    );
    const read = (await openParquetRows(path)).files('audio', 0);
    expect(await read(0)).toEqual({ name: `${path} row 0 (sub/a.bin)`, path: files.path('beside/sub/a.bin') });
    await expect(read(1)).rejects.toBeInstanceOf(SampleError);
    await expect(read(1)).rejects.toThrow("t.parquet row 1: 'audio' is empty");
  });

  test('have texts, with or without a note that they are, and names of classes', async () => {
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'kind', data: ['b', 'a', 'b'], type: 'STRING' },
        { name: 'raw', data: ['é', 'f', 'g'].map((text) => new TextEncoder().encode(text)), type: 'BYTE_ARRAY' },
      ],
    });
    const path = files.write('plain.parquet', new Uint8Array(buffer));
    const rows = await openParquetRows(path);
    expect([await rows.column('kind'), await rows.column('raw')]).toEqual([
      ['b', 'a', 'b'],
      ['é', 'f', 'g'],
    ]);
    expect(fileColumn(rows, 'image', undefined, path)).toBe('raw');
    expect(await parquetLabels(rows, { label: 'kind' }, path)).toMatchObject({ classes: ['a', 'b'] });
    expect(await parquetLabels(rows, {}, path)).toBeUndefined();
    await expect(parquetLabels(rows, { label: 'class' }, path)).rejects.toThrow(/no column 'class'\n.*kind, raw/);
    await expect(parquetLabels(rows, { classes: ['a'] }, path)).rejects.toThrow('has no column of labels');
    expect(() => fileColumn(rows, 'image', 'kind', path)).toThrow(/no column 'kind' of encoded files/);
    expect(() => fileColumn(rows, 'image', 'kind', path)).toThrow(ConfigError);
  });

  test('have lists of labels, by name or by number with the names of the metadata', async () => {
    const listOf = (name: string, element: object) => [
      { name, num_children: 1, repetition_type: 'OPTIONAL', converted_type: 'LIST' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', repetition_type: 'OPTIONAL', ...element },
    ];
    const names = ['cat', 'dog', 'hen'];
    const features = { ids: { feature: { names, _type: 'ClassLabel' }, _type: 'Sequence' } };
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'tags', data: [['b', 'a'], [], ['c', 'a']] },
        {
          name: 'raw',
          data: [['é', 'é'], [], ['e']].map((list) => list.map((text) => new TextEncoder().encode(text))),
        },
        { name: 'ids', data: [[1n, 0n], [], [1n]] },
        { name: 'holes', data: [['a'], null, ['b']] },
      ],
      schema: [
        { name: 'root', num_children: 4 },
        ...listOf('tags', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
        ...listOf('raw', { type: 'BYTE_ARRAY' }),
        ...listOf('ids', { type: 'INT64' }),
        ...listOf('holes', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
      ] as never,
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    });
    const path = files.write('lists.parquet', new Uint8Array(buffer));
    const rows = await openParquetRows(path);
    const read = async (column: string, classes?: readonly string[]) => {
      const found = await parquetLabelLists(rows, { labels: column, labelSeparator: ',', classes }, path);
      return [found.labels.map((list) => [...list]), found.classes];
    };
    expect(await read('tags')).toEqual([[[1, 0], [], [2, 0]], ['a', 'b', 'c']]); // prettier-ignore
    expect(await read('raw')).toEqual([
      [[1], [], [0]],
      ['e', 'é'],
    ]);
    expect(await read('ids')).toEqual([[[1, 0], [], [1]], names]);
    await expect(read('tags', ['a', 'b'])).rejects.toThrow(
      "lists.parquet row 2: label 'c' is not one of the 2 classes",
    );
    await expect(read('holes')).rejects.toThrow('lists.parquet row 1: nothing is no list of labels');
    await expect(read('tag')).rejects.toThrow("no column 'tag'");
  });

  test('with a wrong label are named', async () => {
    const open = async (wrong: bigint | null) => {
      const path = files.write('wrong.parquet', table(cells().slice(0, 2), [0n, wrong], { names: ['x', 'y'] }));
      return parquetLabels(await openParquetRows(path), {}, path);
    };
    await expect(open(2n)).rejects.toThrow('wrong.parquet row 1: label 2 is not a class in [0, 2)');
    await expect(open(-1n)).rejects.toThrow('row 1: label -1 is not a class number');
    await expect(open(null)).rejects.toThrow('row 1: the label is missing');
  });
});

describe('Parquet files', () => {
  const whole = table(cells(), labels);

  test.each([
    ['cut off', whole.subarray(0, whole.length - 9)],
    ['empty', new Uint8Array()],
    ['something else', new TextEncoder().encode('not Parquet at all')],
  ])('that are %s are named', async (_, bytes) => {
    const opening = openParquetRows(files.write('bad.parquet', bytes));
    await expect(opening).rejects.toBeInstanceOf(SampleError);
    await expect(opening).rejects.toThrow('bad.parquet: not a readable Parquet file');
  });

  test('must be there, in a folder too, and have the same columns', async () => {
    await expect(openParquetRows(files.path('no.parquet'))).rejects.toThrow('no.parquet: the file does not exist');
    files.write('textual/a.txt', 'x');
    await expect(openParquetRows(files.path('textual'))).rejects.toThrow(/no \.parquet files in .*textual/);
    files.write('mixed/a.parquet', whole);
    const other = parquetWriteBuffer({ columnData: [{ name: 'file', data: ['x'], type: 'STRING' }] });
    files.write('mixed/b.parquet', new Uint8Array(other));
    await expect(openParquetRows(files.path('mixed'))).rejects.toThrow(/b\.parquet has other columns than/);
  });

  test('alone load their decoders', async () => {
    const code = `
      import { register } from 'node:module';
      const refuse = \`export const resolve = (name, context, next) => {
        if (name.startsWith('hyparquet')) throw new Error('loaded ' + name);
        return next(name, context);
      }\`;
      register('data:text/javascript,' + encodeURIComponent(refuse));
      const { openParquetRows } = await import('@d2v/core/node');
      console.log(await openParquetRows('x').catch(({ message }) => message));`;
    expect(await runExample(code, new URL('../../', import.meta.url))).toMatch(/^loaded hyparquet/);
  });
});

describe('the cache of row groups', () => {
  test('reads a group once, and drops those used longest ago beyond its limit', async () => {
    const loads: string[] = [];
    const cache = new GroupCache<number>(25, (value) => value);
    const get = (key: string): Promise<readonly number[]> =>
      cache.get(key, () => (loads.push(key), Promise.resolve([10])));
    await Promise.all([get('a'), get('a')]);
    await get('b');
    await get('a');
    await get('c'); // 30 bytes: b goes
    await get('a');
    await get('b');
    expect(loads).toEqual(['a', 'b', 'c', 'b']);
  });

  test('does not keep a failure', async () => {
    const cache = new GroupCache<number>(25, (value) => value);
    await expect(cache.get('a', () => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
    expect(await cache.get('a', () => Promise.resolve([1]))).toEqual([1]);
  });
});
