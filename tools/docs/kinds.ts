import { speech } from '@d2v/speech';
import { text } from '@d2v/text';
import { vision } from '@d2v/vision';
import { finetuneSchema, pretrainSchema } from '../../packages/train/src/api/resolve.js';
import type { Kind } from './configuration.js';

const modalities = [
  ['images', vision],
  ['speech', speech],
  ['text', text],
] as const;

/** What the reference covers: both commands for every modality. A section that is the same as before is left out. */
export const kinds: readonly Kind[] = modalities.flatMap(([what, plugin]) => [
  {
    title: `Pre-training on ${what}`,
    text: `\`d2v pretrain\`, with \`modality: "${plugin.name}"\`.`,
    schema: pretrainSchema(plugin),
  },
  {
    title: `Fine-tuning on ${what}`,
    text: `\`d2v finetune\`, with \`modality: "${plugin.name}"\`. Sections that are the same as above are left out.`,
    schema: finetuneSchema(plugin),
  },
]);
