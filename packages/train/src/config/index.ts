export { describeSchema, type SchemaRow } from './describe.js';
export { CONFIG_VERSION, loadConfig, RawConfig, readConfig, type ConfigSource, type LoadOptions } from './load.js';
export { InvalidConfigError, type ConfigProblem } from './problems.js';
export type { Mapping, Origin, Path, Value } from './origin.js';
export { runSchema, type KindSchema, type RunConfig, type RunSchemaParts } from './run-schema.js';
export { backendSchema, trainingSchema, type FreezeConfig, type TrainingConfig } from './training.js';
export { formatYaml } from './yaml.js';
