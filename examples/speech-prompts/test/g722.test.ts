import { readFileSync } from 'node:fs';
import { decodeG722 } from '../prepare-g722.js';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

test('decodes bit for bit as FFmpeg does', () => {
  const wanted = new Int16Array(fixture('sweep.s16').buffer);
  const got = decodeG722(fixture('sweep.g722'));
  expect(got).toHaveLength(wanted.length);
  expect(got.findIndex((value, i) => value !== wanted[i])).toBe(-1);
});

test('nothing is nothing', () => {
  expect(decodeG722(new Uint8Array())).toEqual(new Int16Array());
});
