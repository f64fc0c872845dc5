import { ConfigError } from '@d2v/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { parquetTable, type ParquetCell, type ParquetOptions } from '../../../../tools/jest/parquet-table.js';
import { imageDatasets } from '../../src/dataset/index.js';
import { image, rejection, temporaryFolder } from './files.js';

const files = temporaryFolder();
const open = (options: object) => imageDatasets.parquet.open(imageDatasets.parquet.schema.parse(options));

const colours = ['#ff0000', '#00ff00', '#0000ff', '#ffff00', '#00ffff'];

interface Row {
  readonly image: ParquetCell;
  readonly label: bigint | null;
}

const table = (rows: readonly Row[], options?: ParquetOptions): Uint8Array =>
  parquetTable(
    'image',
    rows.map((row) => row.image),
    rows.map((row) => row.label),
    options,
  );

/** Five rows, their images told apart by their colours. */
const rows = (encode: (background: string) => Promise<Uint8Array> = image): Promise<Row[]> =>
  Promise.all(
    colours.map(async (colour, i) => ({
      image: { bytes: await encode(colour), path: `${i}.png` },
      label: BigInt(i % 3),
    })),
  );

/** An even image whose file is larger than what is read anew for every row. */
const large = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 160, height: 240, channels: 3, background } })
    .png({ compressionLevel: 0 })
    .toBuffer();

async function colourOf(item: Awaited<ReturnType<Awaited<ReturnType<typeof open>>['read']>>): Promise<string> {
  const { data } = await item.pixels({ size: { width: 1, height: 1 }, channels: 3, filter: 'bicubic' });
  return `#${Buffer.from(data).toString('hex')}`;
}

describe('parquet reader', () => {
  test.each([
    ['whole row groups, kept', false, 256],
    ['whole row groups, not kept', false, 0],
    ['single rows by the page index', true, 256],
  ])('reads %s', async (_, pages, cacheMegabytes) => {
    const path = await files.write(
      `one-${pages}.parquet`,
      table(await rows(large), { names: ['x', 'y', 'z'], pages, codec: 'UNCOMPRESSED' }),
    );
    const data = await open({ path, cacheMegabytes });
    expect([data.size, data.classes, data.label!(2), data.name(4)]).toEqual([5, ['x', 'y', 'z'], 2, `${path} row 4`]);
    const order = [4, 0, 3, 1, 2, 0];
    const items = await Promise.all(order.map((index) => data.read(index)));
    expect(await Promise.all(items.map(colourOf))).toEqual(order.map((index) => colours[index]));
    expect(items[0]).toMatchObject({ name: `${path} row 4 (4.png)`, label: 1, width: 160, height: 240 });
  });

  test('reads a folder of files in alphabetical order', async () => {
    const all = await rows();
    await files.write('shards/train-00001.parquet', table(all.slice(3), { codec: 'GZIP' }));
    await files.write('shards/train-00000.parquet', table(all.slice(0, 3)));
    await files.write('shards/README.md', 'x');
    const data = await open({ path: files.path('shards'), range: [2, 5] });
    expect([data.size, data.classes]).toEqual([3, ['0', '1', '2']]);
    expect(await colourOf(await data.read(1))).toBe('#ffff00');
    expect(data.name(1)).toMatch(/train-00001\.parquet row 0$/);
  });

  test('reads plain byte columns and names of classes', async () => {
    const bytes = await Promise.all(colours.slice(0, 3).map((colour) => image(colour)));
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'kind', data: ['b', 'a', 'b'], type: 'STRING' },
        { name: 'jpg', data: bytes, type: 'BYTE_ARRAY' },
      ],
    });
    const path = await files.write('plain.parquet', new Uint8Array(buffer));
    const data = await open({ path, label: 'kind' });
    expect([data.classes, data.label!(0), await colourOf(await data.read(1))]).toEqual([['a', 'b'], 1, '#00ff00']);
    expect((await open({ path })).classes).toBeUndefined();
    expect((await rejection(open({ path, label: 'class' }))).message).toMatch(/no column 'class'\n.*kind, jpg/);
    expect((await rejection(open({ path, image: 'kind' }))).message).toMatch(/no column 'kind' of encoded files/);
    expect(await rejection(open({ path, classes: ['a'] }))).toBeInstanceOf(ConfigError);
  });

  test('reads the file beside it where a row has no bytes', async () => {
    await files.write('beside/img.png', await image('#ff00ff'));
    const path = await files.write(
      'beside/t.parquet',
      table([
        { image: { bytes: null, path: 'img.png' }, label: 0n },
        { image: { bytes: null, path: null }, label: 0n },
        { image: { bytes: null, path: 'gone.png' }, label: 0n },
      ]),
    );
    const data = await open({ path });
    expect(await colourOf(await data.read(0))).toBe('#ff00ff');
    expect((await rejection(data.read(1))).message).toMatch(/row 1: 'image' is empty/);
    expect((await rejection(data.read(2))).message).toMatch(/row 2 \(gone\.png\): the file does not exist/);
  });

  test('names the row of a broken image or a wrong label', async () => {
    const broken = { bytes: new TextEncoder().encode('nope'), path: 'c.png' };
    const good = { bytes: await image(), path: 'g.png' };
    const write = (name: string, labels: (bigint | null)[]) =>
      files.write(
        `${name}.parquet`,
        table(
          labels.map((label, i) => ({ image: i ? good : broken, label })),
          { names: ['x', 'y'] },
        ),
      );
    const data = await open({ path: await write('broken', [0n, 1n]) });
    expect((await rejection(data.read(0))).message).toMatch(/broken\.parquet row 0 \(c\.png\): not a readable image/);
    expect((await rejection(open({ path: await write('high', [0n, 2n]) }))).message).toMatch(
      /high\.parquet row 1: label 2 is not a class in \[0, 2\)/,
    );
    expect((await rejection(open({ path: await write('unknown', [0n, -1n]) }))).message).toMatch(
      /row 1: label -1 is not a class number/,
    );
    expect((await rejection(open({ path: await write('none', [0n, null]) }))).message).toMatch(
      /row 1: the label is missing/,
    );
  });
});
