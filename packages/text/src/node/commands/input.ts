import { SampleError } from '@d2v/core';
import { readLines } from '@d2v/core/node';
import { textFiles } from '../text-files.js';

/** A line of what the user named. */
export interface InputLine {
  /** File and line. */
  readonly name: string;
  readonly text: string;
}

/**
 * The lines of files and folders in their order; `-` is what comes in on standard input.
 *
 * @throws SampleError naming file:line for a line that is no text
 */
export async function* inputLines(
  paths: readonly string[],
  stdin: AsyncIterable<Uint8Array | string> = process.stdin,
): AsyncGenerator<InputLine> {
  for (const path of paths) {
    if (path === '-') yield* streamLines(stdin);
    else {
      for (const file of await textFiles([path])) {
        for await (const each of readLines(file)) {
          if (each instanceof SampleError) throw each;
          yield { name: `${file}:${each.line}`, text: each.text };
        }
      }
    }
  }
}

async function* streamLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<InputLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let [rest, line] = ['', 0];
  const next = (text: string): InputLine => ({ name: `standard input:${++line}`, text: text.replace(/\r$/, '') });
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new SampleError(`standard input, after line ${line}`, 'is not UTF-8', { cause });
    }
  };
  for await (const chunk of stream) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoded(chunk))).split('\n');
    rest = lines.pop()!;
    for (const text of lines) yield next(text);
  }
  rest += decoded();
  if (rest !== '') yield next(rest);
}
