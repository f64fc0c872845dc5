import { vision } from '@d2v/vision';
import { finetuneSchema, pretrainSchema } from '../../packages/train/src/api/resolve.js';
import type { Kind } from './configuration.js';

/** What the reference covers: both commands, with the options of images. */
export const kinds: readonly Kind[] = [
  {
    title: 'Pre-training images',
    text: '`d2v pretrain`, with `modality: "@d2v/vision"`.',
    schema: pretrainSchema(vision),
  },
  {
    title: 'Fine-tuning on images',
    text: '`d2v finetune`, with `modality: "@d2v/vision"`. Only the sections that differ from pre-training are here.',
    schema: finetuneSchema(vision),
  },
];
