export { framesFor } from './forward-backward.js';
export { ctcOnHost, type CtcBatch, type CtcOptions, type CtcResult } from './host.js';
export { CTC_KERNEL, ctcLoss, type CtcLossOptions, type CtcReduction, type CtcTargets } from './loss.js';
