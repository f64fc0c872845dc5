export { alignLabels } from './align.js';
export { beamSearch, type BeamSearchOptions, type Hypothesis, type LabelScorer } from './beam-search.js';
export { editHtml, editText } from './edit-markup.js';
export { alignEdits, charactersOf, wordsOf, type Edit } from './edits.js';
export { countEdits, ErrorRate, type EditCounts } from './error-rate.js';
export { framesFor } from './forward-backward.js';
export { decodedWords, greedyDecode, type DecodedLabel, type DecodedWord, type Frames } from './greedy.js';
export { ctcOnHost, type CtcBatch, type CtcOptions, type CtcResult } from './host.js';
export { CTC_KERNEL, ctcLoss, type CtcLossOptions, type CtcReduction, type CtcTargets } from './loss.js';
