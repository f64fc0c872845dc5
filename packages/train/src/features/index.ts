export {
  extractFeatures,
  extractTokens,
  type ExtractOptions,
  type FeatureProgress,
  type FeatureSet,
  type TokenFeatureOptions,
  type TokenFeatures,
} from './extract.js';
export { npyChunks } from './npy.js';
export { POOLS, type Pool, type PoolOptions } from './pool.js';
export { principalComponents, project, type PrincipalComponents } from './principal-components.js';
export { rawFeatures, type RawOptions } from './raw.js';
export { whitener, type Whitener } from './whitener.js';
