import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveTokenizer } from '../../src/node.js';
import { Tokenizer, trainTokenizer, WordCounts } from '../../src/index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'd2v-text-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The path of a file or folder of this test file. */
export const at = (name: string): string => join(folder, name);

/** Writes a file. @returns its path */
export async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

/** A small tokenizer, saved. @returns its folder */
export async function tokenizerFolder(): Promise<string> {
  const counts = new WordCounts();
  for (let i = 0; i < 9; i++) counts.add('the cat sat on the mat and the dog ran\n');
  await saveTokenizer(new Tokenizer(trainTokenizer(counts, { vocabularySize: 275 })), at('tokenizer'));
  return at('tokenizer');
}
