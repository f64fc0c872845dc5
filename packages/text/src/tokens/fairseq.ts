import { ConfigError } from '@d2v/core';
import { parseMerges, parseVocabulary } from './hugging-face.js';
import { SPECIAL, specialTokens, type TokenizerDefinition } from './definition.js';

/** The texts of fairseq's three files. */
export interface FairseqFiles {
  /** `dict.txt`: a GPT-2 id, or a filler name, and a count a line. */
  readonly dictionary: string;
  /** `encoder.json`: GPT-2's vocabulary. */
  readonly encoder: string;
  /** `vocab.bpe`: GPT-2's merges. */
  readonly merges: string;
}

/**
 * fairseq's numbering of GPT-2's vocabulary (reference: data2vec1.md §5.1): `<s>` 0, `<pad>` 1, `</s>` 2, `<unk>` 3, the
 * lines of `dict.txt`, `<mask>`.
 *
 * @param names what errors call the files
 * @throws ConfigError naming file and line where a line is malformed, twice there, or no GPT-2 id
 */
export function parseFairseq(
  { dictionary, encoder, merges }: FairseqFiles,
  names: { readonly dictionary: string; readonly encoder: string; readonly merges: string },
): TokenizerDefinition {
  const tokens = new Map<number, string>();
  for (const [token, id] of parseVocabulary(encoder, names.encoder)) tokens.set(id, token);
  const vocabulary = new Map<string, number>(
    [SPECIAL.start, SPECIAL.padding, SPECIAL.end, SPECIAL.unknown].map((token, id) => [token, id]),
  );
  dictionary.split('\n').forEach((raw, i) => {
    const line = raw.replace(/\r$/, '');
    if (line === '') return;
    const where = `${names.dictionary}:${i + 1}`;
    const symbol = /^(\S+) \d+(?: #fairseq:overwrite)?$/.exec(line)?.[1];
    if (symbol === undefined) {
      throw new ConfigError(`${where}: '${line.slice(0, 40)}' is not a symbol and a count`);
    }
    const token = /^\d+$/.test(symbol) ? tokens.get(Number(symbol)) : symbol;
    if (token === undefined) {
      throw new ConfigError(`${where}: ${symbol} is not an id of ${names.encoder}`, {
        hint: 'dict.txt and encoder.json belong to different tokenizers',
      });
    }
    if (vocabulary.has(token)) throw new ConfigError(`${where}: '${symbol}' is there twice`);
    vocabulary.set(token, vocabulary.size);
  });
  vocabulary.set(SPECIAL.mask, vocabulary.size);
  return {
    name: names.dictionary,
    vocabulary,
    merges: parseMerges(merges, names.merges),
    added: specialTokens(vocabulary),
    prefixSpace: false,
  };
}
