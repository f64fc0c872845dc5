export { adamState, adamw, biasCorrections, type AdamHyper, type AdamOptions, type AdamState } from './adamw.js';
export { bundleGroups, bundleParameters, pack, unpack, type Bundles } from './bundle.js';
export { clipGradients, globalNorm } from './clip.js';
export { parameterGroups, type ParameterGroup, type ParameterGroups } from './groups.js';
export { layerDecayScales, type LayerDecayRule } from './layer-decay.js';
export { optimizerSchema, type OptimizerConfig } from './schema.js';
