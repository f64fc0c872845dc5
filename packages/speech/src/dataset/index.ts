export { arrayDataset, type WaveformArray } from './array.js';
export { speechDatasets } from './kinds.js';
export {
  folderSchema,
  librispeechSchema,
  parquetSchema,
  tableSchema,
  wav2vecSchema,
  type FolderOptions,
  type LibrispeechOptions,
  type ParquetOptions,
  type TableOptions,
  type Wav2vecOptions,
} from './options.js';
export { selectRecordings, type RecordingSelection } from './selection.js';
