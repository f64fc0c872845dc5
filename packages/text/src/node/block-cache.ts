import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SampleError } from '@d2v/core';
import { readLines, statFile } from '@d2v/core/node';
import { z } from 'zod';
import { Packer } from '../dataset/pack.js';
import type { BlocksOptions } from '../dataset/options.js';
import type { Tokenizer } from '../tokens/index.js';
import { ChunkWriter } from './chunk-writer.js';

const VERSION = 1;
/** Numbers of a block in `blocks.bin`: its length, its file, the line of its first token. */
const FIELDS = 3;

const metaSchema = z.object({
  version: z.literal(VERSION),
  files: z.array(z.string()),
  blocks: z.int().min(0),
  tokens: z.int().min(0),
  bytesPerToken: z.union([z.literal(2), z.literal(4)]),
  /** Lines that were left out because they could not be read. */
  skipped: z.int().min(0),
});

/** Tokenised blocks on disk. */
export interface BlockFiles extends z.output<typeof metaSchema> {
  /** Path of the tokens, one block after another, little endian. */
  readonly tokensPath: string;
  /** (blocks·3) length, file, line. */
  readonly index: Int32Array;
}

/**
 * The tokenised blocks of text files: those in the cache where nothing has changed since (files, tokenizer, options), else
 * made now, in constant memory. They appear in the cache whole or not at all.
 *
 * @throws SampleError naming file:line for a line that cannot be read, unless such are skipped
 */
export async function cachedBlocks(
  files: readonly string[],
  tokenizer: Tokenizer,
  options: BlocksOptions,
): Promise<BlockFiles> {
  const folder = join(options.cache, await cacheKey(files, tokenizer, options));
  const cached = await readCache(folder);
  if (cached) return cached;
  await mkdir(options.cache, { recursive: true });
  const fresh = `${folder}.new-${process.pid}-${performance.now()}`;
  try {
    await buildBlocks(fresh, files, tokenizer, options);
    await rm(folder, { recursive: true, force: true }); // a damaged one
    await rename(fresh, folder).catch(async (error: unknown) => {
      if (!(await readCache(folder))) throw error; // another process made the same one in the meantime
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  const built = await readCache(folder);
  if (!built) throw new SampleError(folder, 'the tokenised blocks cannot be read back', { hint: 'check the disk' });
  return built;
}

async function cacheKey(files: readonly string[], { definition }: Tokenizer, options: BlocksOptions): Promise<string> {
  const hash = createHash('sha256');
  const { breakMode, tokensPerSample, onBadLine } = options;
  hash.update(JSON.stringify({ VERSION, breakMode, tokensPerSample, onBadLine, prefix: definition.prefixSpace }));
  hash.update(JSON.stringify([...definition.vocabulary]));
  hash.update(JSON.stringify([definition.merges, definition.added]));
  for (const path of files) {
    const { size, mtimeMs } = await statFile(path);
    hash.update(JSON.stringify([path, size, mtimeMs]));
  }
  return hash.digest('hex').slice(0, 32);
}

/** undefined where there is none, or its files are not as long as they should be. */
async function readCache(folder: string): Promise<BlockFiles | undefined> {
  const tokensPath = join(folder, 'tokens.bin');
  try {
    const meta = metaSchema.parse(JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')));
    const raw = await readFile(join(folder, 'blocks.bin'));
    const { size } = await stat(tokensPath);
    if (raw.length !== meta.blocks * FIELDS * 4 || size !== meta.tokens * meta.bytesPerToken) return undefined;
    return { ...meta, tokensPath, index: new Int32Array(new Uint8Array(raw).buffer) };
  } catch {
    return undefined;
  }
}

async function buildBlocks(
  folder: string,
  files: readonly string[],
  tokenizer: Tokenizer,
  { breakMode, tokensPerSample, onBadLine }: BlocksOptions,
): Promise<void> {
  await mkdir(folder);
  const bytesPerToken = tokenizer.size <= 65_536 ? 2 : 4;
  const tokenFile = await open(join(folder, 'tokens.bin'), 'wx');
  const blockFile = await open(join(folder, 'blocks.bin'), 'wx');
  const tokenWriter = new ChunkWriter(tokenFile, bytesPerToken === 2 ? Uint16Array : Int32Array);
  const blockWriter = new ChunkWriter(blockFile, Int32Array);
  let skipped = 0;
  try {
    for (const [file, path] of files.entries()) {
      const packing = { breakMode, size: tokensPerSample - 1, end: tokenizer.special.end };
      const packer = new Packer(packing, (ids, { line }) => {
        tokenWriter.push(ids);
        blockWriter.push([ids.length, file, line]);
      });
      for await (const each of readLines(path)) {
        if (each instanceof SampleError) {
          if (onBadLine === 'stop') throw each;
          skipped++;
          continue;
        }
        packer.add(each.text.trim() === '' ? [] : tokenizer.ids(each.text), each.line);
        await tokenWriter.drain();
        await blockWriter.drain();
      }
      packer.flush();
    }
    await tokenWriter.finish();
    await blockWriter.finish();
  } finally {
    await tokenFile.close();
    await blockFile.close();
  }
  const meta: z.output<typeof metaSchema> = {
    version: VERSION,
    files: [...files],
    blocks: blockWriter.count / FIELDS,
    tokens: tokenWriter.count,
    bytesPerToken,
    skipped,
  };
  await writeFile(join(folder, 'meta.json'), JSON.stringify(meta));
}
