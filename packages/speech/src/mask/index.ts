export { featureMaskSchema, maskFeatures, type FeatureMaskOptions } from './features.js';
export { frameMask } from './frame-mask.js';
export { maskSchema, type MaskConfig } from './schema.js';
export { spanMask, type SpanMaskOptions } from './span.js';
