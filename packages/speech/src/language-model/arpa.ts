import { D2vError } from '@d2v/core';
import { NgramModel } from './ngram-model.js';

/** Bytes or text, part by part: a file stream of Node.js, or a web stream. */
export type TextSource = AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array>;

/** A line of a language model file that cannot be read. */
export class ArpaError extends D2vError {
  override name = 'ArpaError';
}

/**
 * Reads an n-gram model in the ARPA format, as SRILM, KenLM and others write it: of words, or of characters with `|`
 * between words. Its base-10 logarithms become natural ones. A compressed file is unpacked on its way:
 *
 *     readArpa(createReadStream('4-gram.arpa.gz').pipe(createGunzip()), '4-gram.arpa.gz')       // Node.js
 *     readArpa(response.body.pipeThrough(new DecompressionStream('gzip')), '4-gram.arpa.gz')    // browser
 *
 * Everything is held in memory: count with 100 to 150 bytes an n-gram, and at most 16 million of one length.
 *
 * @param name the file's name, for errors
 * @throws ArpaError naming the file and the line that is wrong
 */
export async function readArpa(source: TextSource, name: string): Promise<NgramModel> {
  const reader = new ArpaReader(name);
  for await (const line of lines(source)) reader.read(line);
  return reader.finish();
}

class ArpaReader {
  #line = 0;
  /** Length of the n-grams that are being read: 0 in the header, −1 before it. */
  #length = -1;
  #ended = false;
  /** Number of 1-grams, 2-grams, … that the header announces. */
  readonly #announced: number[] = [];
  #read = 0;
  #model = new NgramModel(0);

  constructor(readonly name: string) {}

  read(text: string): void {
    this.#line++;
    const line = text.trim();
    if (line === '' || this.#ended) return;
    if (this.#length === -1) {
      if (line === '\\data\\') this.#length = 0; // comments may come before
      return;
    }
    if (line === '\\end\\') this.#endSection(true);
    else if (/^\\\d+-grams:$/.test(line)) this.#section(Number.parseInt(line.slice(1)));
    else if (this.#length === 0) this.#announce(line);
    else this.#ngram(line);
  }

  finish(): NgramModel {
    if (this.#ended) return this.#model;
    throw new ArpaError(`${this.name}: ${this.#length === -1 ? 'no \\data\\ section' : 'ends before \\end\\'}`, {
      hint:
        this.#length === -1
          ? 'expected the ARPA text format; unpack .gz files and convert binary models first'
          : 'the file is incomplete: get it again',
    });
  }

  #announce(line: string): void {
    const next = this.#order + 1;
    const [, length, count] = /^ngram\s+(\d+)\s*=\s*(\d+)$/.exec(line) ?? [];
    if (length === undefined || Number(length) !== next) {
      throw this.#error(`'${line}' where 'ngram ${next}=<count>' is expected`);
    }
    this.#announced.push(Number(count));
  }

  #section(length: number): void {
    if (this.#length === 0) this.#model = new NgramModel(this.#order);
    else this.#endSection(false);
    if (length !== this.#length + 1 || length > this.#order) {
      throw this.#error(
        `${length}-grams follow after ${this.#length}-grams; the header announces ${this.#order} lengths`,
      );
    }
    this.#length = length;
    this.#read = 0;
  }

  #endSection(last: boolean): void {
    const expected = this.#announced[this.#length - 1];
    if (this.#length > 0 && this.#read !== expected) {
      throw this.#error(`${this.#read} ${this.#length}-grams, but the header says ${expected}`);
    }
    if (!last) return;
    if (this.#length === 0 || this.#length !== this.#order) {
      throw this.#error(`the end comes after ${this.#length}-grams; the header announces ${this.#order} lengths`);
    }
    this.#ended = true;
  }

  #ngram(line: string): void {
    const fields = line.split(/\s+/);
    const length = this.#length;
    const logProbability = Number(fields[0]);
    const backoff = fields.length === length + 2 ? Number(fields[length + 1]) : 0;
    if (fields.length < length + 1 || fields.length > length + 2 || Number.isNaN(logProbability + backoff)) {
      throw this.#error(`'${line}' is no log probability, ${length} words and an optional back-off weight`);
    }
    const problem = this.#model.add({
      words: fields.slice(1, length + 1),
      logProbability: logProbability * Math.LN10,
      backoff: backoff * Math.LN10,
    });
    if (problem) throw this.#error(problem);
    this.#read++;
  }

  get #order(): number {
    return this.#announced.length;
  }

  #error(problem: string): ArpaError {
    return new ArpaError(`${this.name}:${this.#line}: ${problem}`);
  }
}

/** Lines of a stream, without their ends. */
async function* lines(source: TextSource): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of Symbol.asyncIterator in source ? source : parts(source)) {
    const [first, ...others] = (typeof part === 'string' ? part : decoder.decode(part, { stream: true })).split('\n');
    rest += first!;
    for (const other of others) {
      yield rest;
      rest = other;
    }
  }
  yield rest + decoder.decode();
}

/** For browsers whose web streams cannot be iterated. */
async function* parts(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
