import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventWriter } from '../../src/run/index.js';
import { crc32c } from '../../src/run/tensorboard/crc32c.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'd2v-events-'))));
afterEach(() => rmSync(folder, { recursive: true }));

// An independent reader: CRC bit by bit over the unreflected polynomial, and a generic protocol buffer decoder.

function bitwiseCrc32c(bytes: Uint8Array): number {
  const reflect = (value: number, bits: number): number =>
    Array.from({ length: bits }, (_, i) => ((value >>> i) & 1) * 2 ** (bits - 1 - i)).reduce((a, b) => a + b, 0);
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc ^ (reflect(byte, 8) << 24)) >>> 0;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80000000 ? (crc << 1) ^ 0x1edc6f41 : crc << 1) >>> 0;
  }
  return (reflect(crc, 32) ^ 0xffffffff) >>> 0;
}

function masked(bytes: Uint8Array): number {
  const crc = bitwiseCrc32c(bytes);
  return Number(((((BigInt(crc) >> 15n) | (BigInt(crc) << 17n)) % 2n ** 32n) + 0xa282ead8n) % 2n ** 32n);
}

function records(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 8, true)).toBe(masked(file.subarray(at, at + 8)));
    expect(view.getUint32(at + 12 + length, true)).toBe(masked(data));
    found.push(data);
    at += 16 + length;
  }
  return found;
}

/** Field number → raw values: numbers for varints, bytes for everything else. */
function fields(message: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const found = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = message[at++]!;
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => message.slice(at, (at += length));
  while (at < message.length) {
    const key = varint();
    const wire = key % 8;
    const value = wire === 0 ? varint() : take(wire === 1 ? 8 : wire === 5 ? 4 : varint());
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), value]);
  }
  expect(at).toBe(message.length);
  return found;
}

const bytes = (value: unknown): Uint8Array => value as Uint8Array;
const text = (value: unknown): string => new TextDecoder().decode(bytes(value));
const double = (value: unknown): number => new DataView(bytes(value).buffer).getFloat64(0, true);
const float = (value: unknown): number => new DataView(bytes(value).buffer).getFloat32(0, true);

function events(): Map<number, (number | Uint8Array)[]>[] {
  const [name] = readdirSync(folder);
  return records(new Uint8Array(readFileSync(join(folder, name!)))).map(fields);
}

test('scalars can be read back from the file', () => {
  const writer = new EventWriter(folder, { now: () => 1_700_000_000_250 });
  writer.scalars(300, { loss: 0.125, 'teacher/decay': 0.9998 });
  writer.scalars(20_000_000_000, { loss: NaN });
  writer.close();
  const [version, first, second] = events();
  expect(double(version!.get(1)![0])).toBe(1_700_000_000.25);
  expect(text(version!.get(3)![0])).toBe('brain.Event:2');
  expect(double(first!.get(1)![0])).toBe(1_700_000_000.25);
  expect(first!.get(2)).toEqual([300]);
  const values = fields(bytes(first!.get(5)![0]))
    .get(1)!
    .map((value) => fields(bytes(value)));
  expect(values.map((value) => [text(value.get(1)![0]), float(value.get(2)![0])])).toEqual([
    ['loss', 0.125],
    ['teacher/decay', Math.fround(0.9998)],
  ]);
  expect(second!.get(2)).toEqual([20_000_000_000]);
  const [nan] = fields(bytes(second!.get(5)![0]))
    .get(1)!
    .map((value) => fields(bytes(value)));
  expect(float(nan!.get(2)![0])).toBeNaN();
});

test('images carry their PNG bytes and size', () => {
  const png = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
  const writer = new EventWriter(folder);
  writer.image(5, 'masked/0', png, { width: 224, height: 112 });
  writer.close();
  const value = fields(bytes(fields(bytes(events()[1]!.get(5)![0])).get(1)![0]));
  expect(text(value.get(1)![0])).toBe('masked/0');
  const image = fields(bytes(value.get(4)![0]));
  expect([image.get(1), image.get(2), image.get(3)]).toEqual([[112], [224], [3]]);
  expect(image.get(4)![0]).toEqual(png);
});

test('a resumed run tells TensorBoard to forget the updates that come again', () => {
  new EventWriter(folder, { resumedAt: 1200 }).close();
  const [, restart] = events();
  expect(restart!.get(2)).toEqual([1201]);
  expect(fields(bytes(restart!.get(7)![0])).get(1)).toEqual([1]);
});

test('a run that starts over makes TensorBoard forget everything', () => {
  new EventWriter(folder, { resumedAt: 0 }).close();
  expect(events()[1]!.get(2)).toEqual([0]);
});

test('files are named so that TensorBoard finds them and reads later ones later', () => {
  new EventWriter(folder, { now: () => 1_700_000_000_090 }).close();
  new EventWriter(folder, { now: () => 1_700_000_000_100 }).close();
  const names = readdirSync(folder).sort();
  expect(names[0]).toMatch(/^events\.out\.tfevents\.1700000000\.090\./);
  expect(names[1]).toMatch(/^events\.out\.tfevents\.1700000000\.100\./);
});

test('CRC-32C of the published check value', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa); // RFC 3720, B.4
});
