import { z } from 'zod';
import { CheckpointError } from '../errors.js';
import { DTYPE_BITS, type Dtype } from './dtype.js';

/** Where a tensor lies in a safetensors file. */
export interface SafetensorsEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** First byte, and the one after the last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

/** What a safetensors file says about itself. */
export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** By name, in the order of their data. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
}

/** Bytes before the header: its length. */
export const LENGTH_BYTES = 8;
const LONGEST_HEADER = 100_000_000;

const schema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

export function damaged(source: string, problem: string, cause?: unknown): CheckpointError {
  const hint = 'the file is damaged, incomplete or not a safetensors file; copy or download it again';
  return new CheckpointError(`${source}: ${problem}`, { hint, cause });
}

/**
 * Length of the header in bytes, from the file's first 8.
 *
 * @param size of the whole file, in bytes
 * @throws CheckpointError when it is beyond 100 MB or the file
 */
export function headerLength(start: Uint8Array, size: number, source: string): number {
  if (size < LENGTH_BYTES || start.length < LENGTH_BYTES) {
    throw damaged(source, `a safetensors file starts with 8 bytes of header length, got ${size} bytes in all`);
  }
  const length = new DataView(start.buffer, start.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > LONGEST_HEADER) throw damaged(source, `the header claims ${length} bytes, at most 100 MB are allowed`);
  if (Number(length) > size - LENGTH_BYTES) {
    throw damaged(source, `the header claims ${length} bytes, the file holds ${size - LENGTH_BYTES} after its length`);
  }
  return Number(length);
}

/**
 * Reads a safetensors header and checks all of it: well-formed JSON without duplicate names, known types, sizes that
 * agree with shapes, and data that fill the file without overlap or hole (reference: checkpoints.md §8).
 *
 * @param json the header's bytes
 * @param dataLength bytes of the file after the header
 * @param source the file's name, for errors
 * @throws CheckpointError naming the file and the tensor
 */
export function parseHeader(json: Uint8Array, dataLength: number, source: string): SafetensorsHeader {
  const parsed = parseJson(json, source);
  const metadata = new Map<string, string>();
  const entries: [string, SafetensorsEntry][] = [];
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') readMetadata(value, metadata, source);
    else entries.push([name, readEntry(name, value, dataLength, source)]);
  }
  entries.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  checkCover(entries, dataLength, source);
  return { metadata, tensors: new Map(entries) };
}

function parseJson(bytes: Uint8Array, source: string): object {
  let parsed: unknown;
  let duplicate: string | undefined;
  try {
    if (bytes[0] !== 0x7b) throw new Error('it does not start with {');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    parsed = JSON.parse(text);
    duplicate = duplicateKey(text);
  } catch (error) {
    throw damaged(source, `the header is not JSON: ${(error as Error).message}`, error);
  }
  if (duplicate !== undefined) throw damaged(source, `the header holds the name '${duplicate}' twice`);
  return parsed as object; // starts with {
}

/** The first key that an object of this well-formed JSON text holds twice; JSON.parse would keep the last silently. */
function duplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (string !== undefined && colon !== undefined) {
      const key = JSON.parse(string) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

function readMetadata(value: unknown, metadata: Map<string, string>, source: string): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) throw damaged(source, '__metadata__ must be an object of strings');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string')
      throw damaged(source, `__metadata__ must hold strings, got ${typeof text} at '${key}'`);
    metadata.set(key, text);
  }
}

function readEntry(name: string, value: unknown, dataLength: number, source: string): SafetensorsEntry {
  const { success, data, error } = schema.safeParse(value);
  if (!success) throw damaged(source, `tensor '${name}': ${z.prettifyError(error)}`, error);
  const [begin, end] = data.data_offsets;
  if (!Object.hasOwn(DTYPE_BITS, data.dtype)) {
    throw new CheckpointError(`${source}: tensor '${name}' has the unknown type ${JSON.stringify(data.dtype)}`, {
      hint: `known are ${Object.keys(DTYPE_BITS).join(', ')}`,
    });
  }
  const dtype = data.dtype as Dtype;
  if (begin > end || end > dataLength) {
    throw damaged(source, `tensor '${name}' lies at bytes [${begin}, ${end}) of ${dataLength}`);
  }
  let bits: number = DTYPE_BITS[dtype];
  for (const size of data.shape) {
    bits *= size;
    if (!Number.isSafeInteger(bits))
      throw damaged(source, `tensor '${name}' has the huge shape [${data.shape.join(', ')}]`);
  }
  if (bits !== (end - begin) * 8) {
    const shape = `${dtype} [${data.shape.join(', ')}]`;
    throw damaged(source, `tensor '${name}' is ${shape} of ${bits / 8} bytes, but has ${end - begin}`);
  }
  return { dtype, shape: data.shape, begin, end };
}

/** `entries` in the order of their data must follow each other from the first byte to the last. */
function checkCover(entries: readonly [string, SafetensorsEntry][], dataLength: number, source: string): void {
  let [at, before] = [0, 'the header'];
  for (const [name, { begin, end }] of entries) {
    if (begin < at) throw damaged(source, `tensor '${name}' overlaps ${before}: it begins at byte ${begin}, not ${at}`);
    if (begin > at)
      throw damaged(source, `${begin - at} bytes between ${before} and tensor '${name}' belong to nothing`);
    [at, before] = [end, `tensor '${name}'`];
  }
  if (at !== dataLength) throw damaged(source, `${dataLength - at} bytes after ${before} belong to nothing`);
}
