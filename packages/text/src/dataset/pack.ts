import type { BlocksOptions } from './options.js';

/** Where a block begins. */
export interface BlockOrigin {
  /** Line that its first token is from, counted from 1. */
  readonly line: number;
}

/** Takes a finished block: `ids` are without `<s>` and only valid during the call. */
export type TakeBlock = (ids: readonly number[], origin: BlockOrigin) => void;

export interface PackOptions {
  readonly breakMode: BlocksOptions['breakMode'];
  /** Tokens of a block, `<s>` not counted. */
  readonly size: number;
  /** Id of `</s>`, which ends every line. */
  readonly end: number;
}

/**
 * Packs lines of tokens into blocks, as fairseq's TokenBlockDataset does: every line ends with `</s>`, an empty line is
 * `</s>` alone and separates documents.
 *
 * none: blocks are full, cut anywhere. complete: as many whole lines as fit. completeDoc: the same within one document,
 * the separators left out. eos: one line a block, empty ones left out. A line longer than a block becomes several blocks
 * in every mode; fairseq keeps it whole, and then drops or cuts it.
 */
export class Packer {
  #ids: number[] = [];
  #line = 0;

  constructor(
    readonly options: PackOptions,
    readonly take: TakeBlock,
  ) {}

  /** @param tokens of the line, without special tokens */
  add(tokens: readonly number[], line: number): void {
    const { breakMode, size, end } = this.options;
    const whole = breakMode !== 'none';
    if (breakMode === 'eos' || (breakMode === 'completeDoc' && tokens.length === 0)) this.flush();
    if (tokens.length === 0 && (breakMode === 'eos' || breakMode === 'completeDoc')) return;
    if (whole && this.#ids.length + tokens.length + 1 > size) this.flush();
    this.#append(tokens, line);
    this.#append([end], line);
  }

  /** The last block, which may be short. */
  flush(): void {
    if (this.#ids.length > 0) this.take(this.#ids, { line: this.#line });
    this.#ids = [];
  }

  #append(tokens: readonly number[], line: number): void {
    for (const id of tokens) {
      if (this.#ids.length === this.options.size) this.flush();
      if (this.#ids.length === 0) this.#line = line;
      this.#ids.push(id);
    }
  }
}
