import { open } from 'node:fs/promises';
import { ConfigError, SampleError, selectSamples, type Dataset } from '@d2v/core';
import { fileError } from '@d2v/core/node';
import type { BlocksOptions } from '../dataset/options.js';
import type { TokenItem } from '../sample.js';
import type { Tokenizer } from '../tokens/index.js';
import { cachedBlocks, type BlockFiles } from './block-cache.js';
import { textFiles } from './text-files.js';
import { loadTokenizer } from './tokenizer-files.js';

/** Tokenised blocks, read from disk one by one. */
export interface BlockDataset extends Dataset<TokenItem> {
  /** Lines that were left out because they could not be read. */
  readonly skipped: number;
}

/**
 * The reader `blocks`: text files, tokenised once and packed into blocks that start with `<s>`. The corpus may be larger
 * than memory, of which a block takes 20 bytes.
 *
 * @throws ConfigError when there is no text; SampleError naming file:line for a line that cannot be read
 */
export async function openBlocks(options: BlocksOptions): Promise<BlockDataset> {
  const tokenizer = await loadTokenizer(options.tokenizer);
  const paths = typeof options.path === 'string' ? [options.path] : options.path;
  const files = await textFiles(paths);
  const blocks = await cachedBlocks(files, tokenizer, options);
  if (blocks.blocks === 0) {
    throw new ConfigError(`${paths.join(', ')}: there is no text, only white space`, {
      key: 'path',
      hint: blocks.skipped > 0 ? `${blocks.skipped} lines were skipped as unreadable` : 'give files with text',
    });
  }
  return { ...selectSamples(blockDataset(blocks, tokenizer), options), skipped: blocks.skipped };
}

function blockDataset(blocks: BlockFiles, tokenizer: Tokenizer): Dataset<TokenItem> {
  const { index, files, tokensPath, bytesPerToken } = blocks;
  const starts = new Float64Array(blocks.blocks + 1);
  for (let block = 0; block < blocks.blocks; block++) starts[block + 1] = starts[block]! + index[3 * block]!;
  const name = (block: number): string => `${files[index[3 * block + 1]!]}:${index[3 * block + 2]}`;
  return {
    size: blocks.blocks,
    name,
    length: (block) => index[3 * block]! + 1,
    read: async (block) => {
      const count = index[3 * block]!;
      const bytes = Buffer.alloc(count * bytesPerToken);
      const file = await open(tokensPath).catch((cause: unknown) => {
        throw fileError(cause, tokensPath);
      });
      try {
        const { bytesRead } = await file.read(bytes, 0, bytes.length, starts[block]! * bytesPerToken);
        if (bytesRead < bytes.length) {
          throw new SampleError(tokensPath, `ends within block ${block}`, {
            hint: 'remove the folder: it is made anew',
          });
        }
      } finally {
        await file.close();
      }
      const ids = new Int32Array(count + 1);
      ids[0] = tokenizer.special.start;
      for (let i = 0; i < count; i++)
        ids[i + 1] = bytesPerToken === 2 ? bytes.readUInt16LE(2 * i) : bytes.readInt32LE(4 * i);
      return { name: name(block), ids, wordStarts: tokenizer.wordStarts(ids), tokens: tokenizer.tokens(ids) };
    },
  };
}
