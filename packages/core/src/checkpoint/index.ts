export { convertBack, convertNames, requireComplete, type Conversion } from './apply-name-map.js';
export { DTYPE_BITS, type Dtype } from './dtype.js';
/** What fairseq's models of every modality have in common. */
export * as fairseq from './fairseq/index.js';
export { fromPyTorch, toPyTorch } from './layout.js';
export type { Layout, NameMap, NameRule } from './name-map.js';
export { decodeTensor, Safetensors } from './safetensors.js';
export { headerLength, parseHeader, type SafetensorsEntry, type SafetensorsHeader } from './safetensors-header.js';
export {
  encodeTensor,
  layoutSafetensors,
  safetensorsChunks,
  writeSafetensors,
  writtenDtype,
  type Metadata,
  type SafetensorsLayout,
  type WrittenDtype,
} from './safetensors-write.js';
