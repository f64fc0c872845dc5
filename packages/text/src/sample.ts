/** A text, or a pair of texts, as a dataset yields it. */
export interface TextItem {
  /** File and line, or table and row: what an error calls the text. */
  readonly name: string;
  readonly text: string;
  /** The second text of a pair. */
  readonly pair?: string;
  /** A class in [0, number of classes), or the value of a regression; absent for unlabelled texts. */
  readonly label?: number;
}

/** A text in words with a label for each, as a dataset yields it. */
export interface WordsItem {
  /** File and line: what an error calls the text. */
  readonly name: string;
  readonly words: readonly string[];
  /** Class of each word. */
  readonly labels?: readonly number[];
}

/** Token ids as a dataset of tokenised blocks yields them, special tokens included. */
export interface TokenItem {
  readonly name: string;
  readonly ids: Int32Array;
  /** One entry a token, 1 = it begins a word; for masks of whole words. */
  readonly wordStarts?: Uint8Array;
  /** What each id stands for, in printable stand-ins of bytes; for pictures in a report. */
  readonly tokens?: readonly string[];
  /** The label of the text, or one for each token, −1 where there is none. */
  readonly label?: number | Int32Array;
}

/** A sequence as the encoder takes it: at most `maxTokens` ids, special tokens included, no padding. */
export type TextSample = TokenItem;
