export { cacheDirectory } from './cache.js';
export { installTensorFlow, type InstallOptions } from './install/install.js';
export type { InstallProgress, InstallStage } from './install/progress.js';
export { loadTensorFlow, type LoadOptions, type NativeTensorFlow } from './load.js';
export { locateTensorFlow, type Candidate, type LocateOptions } from './locate.js';
