import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { SampleError } from '../errors.js';
import { damagedGzip, fileError, isGzip } from './file.js';

/** Longest line that is taken for text, in bytes. */
const LONGEST = 64 * 2 ** 20;

/** A line without its end, and its number, counted from 1. */
export interface Line {
  readonly text: string;
  readonly line: number;
}

/**
 * The lines of a file, plain or gzipped (told by content), in constant memory. A line that is too long, no UTF-8 or that
 * holds a NUL byte comes as a SampleError that names file:line.
 *
 * @throws SampleError when the file cannot be read or its gzip data is damaged
 */
export async function* readLines(path: string, longest = LONGEST): AsyncGenerator<Line | SampleError> {
  const chunks = await openChunks(path);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Buffer[] = [];
  let bytes = 0;
  let line = 1;
  const finished = (): Line | SampleError => {
    const raw = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const length = bytes;
    [parts, bytes] = [[], 0];
    return decodeLine(raw, length, longest, decoder, path, line++);
  };
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      let at = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
        bytes += end - at;
        if (bytes <= longest) parts.push(chunk.subarray(at, end));
        yield finished();
        at = end + 1;
      }
      bytes += chunk.length - at;
      if (bytes <= longest) parts.push(chunk.subarray(at));
      else parts = [];
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw code.startsWith('Z_') ? damagedGzip(cause, path) : fileError(cause, path);
  }
  if (bytes > 0) yield finished();
}

function decodeLine(
  raw: Buffer,
  length: number,
  longest: number,
  decoder: InstanceType<typeof TextDecoder>,
  path: string,
  line: number,
): Line | SampleError {
  const where = `${path}:${line}`;
  if (length > longest) {
    return new SampleError(where, `the line has ${length} bytes, more than ${longest}`, {
      hint: 'break the text into lines; is the file text?',
    });
  }
  if (raw.includes(0)) {
    return new SampleError(where, 'the line holds a NUL byte', {
      hint: 'is the file UTF-8 text, not UTF-16 or binary?',
    });
  }
  try {
    const text = decoder.decode(raw);
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, line };
  } catch (cause) {
    return new SampleError(where, 'the line is not UTF-8', { hint: 'convert the file to UTF-8', cause });
  }
}

/** The file's bytes, unpacked where they are gzipped. */
async function openChunks(path: string): Promise<NodeJS.ReadableStream> {
  const head = Buffer.alloc(2);
  try {
    const file = await open(path);
    try {
      await file.read(head, 0, 2, 0);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw fileError(cause, path);
  }
  const stream = createReadStream(path, { highWaterMark: 2 ** 20 });
  if (!isGzip(head)) return stream;
  const unpacked = createGunzip();
  stream.on('error', (error) => unpacked.destroy(error));
  return stream.pipe(unpacked);
}

/** All of a text file, with LF between lines and the same checks. @throws SampleError naming file:line */
export async function readText(path: string): Promise<string> {
  const lines: string[] = [];
  for await (const each of readLines(path)) {
    if (each instanceof SampleError) throw each;
    lines.push(each.text);
  }
  return lines.join('\n');
}
