import type { Box } from '../geometry.js';
import type { Raster } from '../raster.js';
import { wasm } from './filter.wasm.js';
import type { Weights } from './weights.js';

/** The part of this global that is used here: TypeScript knows it among the types of browsers alone. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** The functions of assembly/filter.ts. */
interface Filters {
  filterColumns(input: number, width: number, height: number, channels: number, ...rest: readonly number[]): void;
  filterRows(input: number, row: number, ...rest: readonly number[]): void;
}

interface Loaded extends Filters {
  readonly buffer: ArrayBuffer;
}

let compiled: object | undefined;
let loaded: Loaded | undefined;

/**
 * The filters with a memory of that many bytes at least. It is never grown: that would detach its buffer, and V8 is slower
 * with all typed arrays once one was detached.
 */
function load(bytes: number): Loaded {
  if (loaded && loaded.buffer.byteLength >= bytes) return loaded;
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0)));
  const memory = new WebAssembly.Memory({ initial: 2 ** Math.max(0, Math.ceil(Math.log2(bytes / pageSize))) });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return (loaded = { buffer: memory.buffer, ...(exports as Filters) });
}

const pageSize = 65_536;
/** What the filters may touch behind a buffer. */
const slack = 16;

/** Hands out memory from its start. */
class Arena {
  size = 0;

  /** The address of `bytes` bytes. */
  take(bytes: number): number {
    const address = this.size;
    this.size += Math.ceil((bytes + slack) / slack) * slack;
    return address;
  }
}

interface PlacedWeights {
  /** Addresses and numbers as the filters take them: first, count, weights, taps, length. */
  readonly arguments: readonly number[];
  write(buffer: ArrayBuffer): void;
}

function place(arena: Arena, { first, count, weights, taps }: Weights): PlacedWeights {
  const parts = [first, count, weights] as const;
  const addresses = parts.map(({ byteLength }) => arena.take(byteLength));
  return {
    arguments: [...addresses, taps, first.length],
    write: (buffer) => parts.forEach((part, i) => new Int32Array(buffer, addresses[i]!, part.length).set(part)),
  };
}

/** Filters the `box` of a picture along its rows by `columns`, then down its columns by `rows`. */
export function filter({ data, width, channels }: Raster, box: Box, columns: Weights, rows: Weights): Raster {
  const size = { width: columns.first.length, height: rows.first.length };
  const arena = new Arena();
  const [across, down] = [place(arena, columns), place(arena, rows)];
  const input = arena.take(box.width * box.height * channels);
  const between = arena.take(size.width * box.height * channels);
  const output = arena.take(size.width * size.height * channels);
  const { buffer, filterColumns, filterRows } = load(arena.size);

  across.write(buffer);
  down.write(buffer);
  const bytes = new Uint8Array(buffer);
  for (let y = 0; y < box.height; y++) {
    const from = ((box.top + y) * width + box.left) * channels;
    bytes.set(data.subarray(from, from + box.width * channels), input + y * box.width * channels);
  }
  filterColumns(input, box.width, box.height, channels, ...across.arguments, between);
  filterRows(between, size.width * channels, ...down.arguments, output);
  return { data: bytes.slice(output, output + size.width * size.height * channels), ...size, channels };
}
