import { ConfigError, type AnnotatedData } from '@d2v/core';
import { z } from 'zod';
import { buildVocabulary, englishVocabulary, Vocabulary } from '../vocabulary/index.js';

/** What the outputs of a CTC head stand for. */
export const vocabularySchema = z
  .union([
    z.literal('english'),
    z.array(z.string()).min(1),
    z.strictObject({
      file: z.string().min(1).describe("fairseq's dict.ltr.txt or Hugging Face's vocab.json."),
    }),
  ])
  .optional();

export type VocabularyOption = z.output<typeof vocabularySchema>;

/**
 * The tokens of a head that is about to be trained: those of the option, else the characters of the training transcripts,
 * from the most frequent on, behind the special tokens and `|`.
 *
 * @returns undefined where the option is absent and nothing is transcribed
 * @throws ConfigError for a vocabulary that is none, SampleError naming a recording whose transcript holds `|`
 */
export async function newVocabulary(
  option: VocabularyOption,
  data: AnnotatedData,
): Promise<readonly string[] | undefined> {
  if (option !== undefined) return (await namedVocabulary(option)).tokens;
  const transcribed = Array.from({ length: data.size }, (_, index) => index).filter((i) => data.annotation?.(i));
  if (transcribed.length === 0) return undefined;
  const transcripts = transcribed.map((index) => data.annotation!(index)!);
  return buildVocabulary(transcripts, (i) => data.name(transcribed[i]!)).tokens;
}

async function namedVocabulary(option: NonNullable<VocabularyOption>): Promise<Vocabulary> {
  if (option === 'english') return englishVocabulary();
  if (!('file' in option)) return new Vocabulary(option, 'task.vocabulary');
  return (await import('../node/vocabulary-file.js')).readVocabulary(option.file);
}

/**
 * What the outputs of a head stand for.
 *
 * @param classes of the run: what `newVocabulary` found when its training began
 * @throws ConfigError when there is none
 */
export function ctcVocabulary(
  { vocabulary }: { readonly vocabulary?: VocabularyOption },
  classes: readonly string[],
): Vocabulary {
  if (vocabulary === 'english') return englishVocabulary();
  if (Array.isArray(vocabulary)) return new Vocabulary(vocabulary, 'task.vocabulary');
  if (classes.length > 0) return new Vocabulary(classes, "the training data's classes");
  throw new ConfigError('ctc needs a vocabulary: the training data have no transcripts', {
    key: 'task.vocabulary',
    hint: 'use a reader that knows transcripts, from which the vocabulary is built, or set task.vocabulary',
  });
}
