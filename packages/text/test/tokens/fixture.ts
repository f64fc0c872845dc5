import { readFile } from 'node:fs/promises';

/** What Hugging Face's tokenizers made of `corpus.txt`; see make-fixture.py. */
export interface Fixture {
  readonly trainings: readonly { vocabularySize: number; minFrequency: number; merges: readonly string[] }[];
  readonly tokenizer: object;
  readonly cases: readonly { text: string; ids: number[]; offsets: [number, number][]; decoded: string }[];
  readonly truncations: readonly {
    strategy: string;
    first: string;
    second: string;
    maxTokens: number;
    ids: number[] | null;
  }[];
}

export const fixture = JSON.parse(await readFile(new URL('fixture.json', import.meta.url), 'utf8')) as Fixture;

const corpus = await readFile(new URL('corpus.txt', import.meta.url), 'utf8');

/** The lines of the corpus with their ends, as the reference trainer got them. */
export const lines = corpus
  .split('\n')
  .slice(0, -1)
  .map((line) => `${line}\n`);
