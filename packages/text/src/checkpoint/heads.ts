import type { NameRule } from '@d2v/core';

const layer = (theirs: string, ours: string): NameRule[] => [
  { from: new RegExp(`^${theirs}\\.weight$`), to: `${ours}.weight`, layout: 'linear' },
  { from: new RegExp(`^${theirs}\\.bias$`), to: `${ours}.bias` },
];

/**
 * The heads of other code bases by our task's name (reference: checkpoints.md §4, §5.2): Hugging Face's
 * `Data2VecTextFor…` classes, and fairseq's heads of sentences and of masked language modelling.
 */
export const headRules: Readonly<
  Record<'classification' | 'regression' | 'masked-lm' | 'token-classification', readonly NameRule[]>
> = {
  classification: sentenceRules(),
  regression: sentenceRules(),
  'masked-lm': [
    ...layer('(?:encoder\\.)?lm_head\\.dense', 'head.dense'),
    { from: /^(?:encoder\.)?lm_head\.layer_norm\.(weight|bias)$/, to: 'head.norm.$1' },
    // Tied to the embedding unless the task says otherwise; its bias is a second name of the head's.
    { from: /^(?:encoder\.)?lm_head\.(?:decoder\.)?weight$/, to: 'head.decoder.weight', layout: 'linear' },
    { from: /^lm_head\.decoder\.bias$/, to: null },
    { from: /^(?:encoder\.)?lm_head\.bias$/, to: 'head.bias' },
  ],
  'token-classification': layer('classifier', 'head'),
};

function sentenceRules(): NameRule[] {
  const prefix = '(?:model\\.)?(?:classifier|classification_heads\\.[^.]+)';
  return [...layer(`${prefix}\\.dense`, 'head.dense'), ...layer(`${prefix}\\.out_proj`, 'head.out_proj')];
}
