export * from './schedule/index.js';
export * from './optimizer/index.js';
export * from './config/index.js';
