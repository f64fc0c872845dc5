export * from './checkpoint/index.js';
export * from './encoder/index.js';
export * from './mask/index.js';
export { text, text as default } from './plugin.js';
export type { TextItem, TextSample, TokenItem } from './sample.js';
export * from './tokens/index.js';
