import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { D2vError } from '@d2v/core';
import { fileError } from '@d2v/core/node';
import { readArpa, type NgramModel } from '../../language-model/index.js';

/**
 * Reads an n-gram model from an ARPA file, compressed with gzip or not, whatever it is called.
 *
 * @throws SampleError when the file cannot be read, ArpaError naming the line that is wrong
 */
export async function readLanguageModel(path: string): Promise<NgramModel> {
  try {
    const compressed = await isGzip(path);
    const file = createReadStream(path);
    if (!compressed) return await readArpa(file, path);
    const text = createGunzip();
    file.on('error', (error) => text.destroy(error)).pipe(text);
    return await readArpa(text, path);
  } catch (error) {
    if (D2vError.isInstance(error)) throw error;
    throw fileError(error, path);
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
