import { readFileSync } from 'node:fs';
import type { Box } from '../../src/image/geometry.js';
import type { Filter } from '../../src/image/item.js';
import type { Channels, Raster } from '../../src/image/raster.js';

interface Stored {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  readonly data: string;
}

interface Fixture {
  readonly images: readonly Stored[];
  readonly luma: string;
  readonly resize: readonly { image: number; filter: Filter; box: [number, number, number, number]; out: Stored }[];
  readonly operations: readonly {
    image: number;
    filter: Filter;
    operation: string;
    argument: number | null;
    out: Stored;
  }[];
}

/** What Pillow makes of small images; written by make-pil-fixture.py. */
export const fixture = JSON.parse(readFileSync(new URL('./pil-fixture.json', import.meta.url), 'utf8')) as Fixture;

export const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** A fresh copy of a stored image. */
export const raster = (stored: Stored): Raster => ({ ...stored, data: bytes(stored.data) });

/** PIL's (left, top, right, bottom). */
export const boxOf = ([left, top, right, bottom]: readonly [number, number, number, number]): Box => ({
  left,
  top,
  width: right - left,
  height: bottom - top,
});
