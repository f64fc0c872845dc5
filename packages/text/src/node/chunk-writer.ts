import type { FileHandle } from 'node:fs/promises';

/** Numbers of a chunk. */
const CHUNK = 2 ** 18;

/** Writes numbers to a file in large pieces. */
export class ChunkWriter {
  /** Numbers taken in so far. */
  count = 0;
  #chunk: Uint16Array | Int32Array;
  #filled = 0;
  readonly #full: Uint8Array[] = [];

  constructor(
    readonly file: FileHandle,
    readonly kind: Uint16ArrayConstructor | Int32ArrayConstructor,
  ) {
    this.#chunk = new kind(CHUNK);
  }

  push(values: readonly number[]): void {
    this.count += values.length;
    for (const value of values) {
      if (this.#filled === CHUNK) this.#seal();
      this.#chunk[this.#filled++] = value;
    }
  }

  /** Writes what is full. */
  async drain(): Promise<void> {
    for (let chunk = this.#full.shift(); chunk; chunk = this.#full.shift()) await writeAll(this.file, chunk);
  }

  /** Writes everything. */
  async finish(): Promise<void> {
    this.#seal();
    await this.drain();
  }

  #seal(): void {
    const { buffer } = this.#chunk.slice(0, this.#filled);
    this.#full.push(new Uint8Array(buffer));
    this.#chunk = new this.kind(CHUNK);
    this.#filled = 0;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
