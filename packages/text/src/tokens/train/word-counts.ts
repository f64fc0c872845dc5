import { ConfigError } from '@d2v/core';
import { splitWords } from '../split.js';

/** Distinct words above which counting stops: more do not fit into a Map. */
const MOST = 2 ** 24 - 1;

/** Counts the pieces that texts are cut into, whatever size the corpus has. */
export class WordCounts {
  readonly counts = new Map<string, number>();
  /** UTF-16 code units taken in. */
  size = 0;

  /**
   * Each text is cut on its own: a line with its end, or a document.
   *
   * @throws ConfigError when there are more distinct words than fit
   */
  add(text: string): void {
    const { counts } = this;
    this.size += text.length;
    splitWords(text, (word) => {
      const count = counts.get(word);
      if (count !== undefined) counts.set(word, count + 1);
      else counts.set(detached(word), 1);
    });
    if (counts.size > MOST) {
      throw new ConfigError(`the corpus has more than ${MOST} distinct words`, {
        hint: 'train the tokenizer on a part of it',
      });
    }
  }
}

/** A copy that does not keep the text alive that it was cut from. */
function detached(word: string): string {
  return word.length < 13 ? word : word.split('').join('');
}
