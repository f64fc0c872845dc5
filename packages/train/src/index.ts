export * from './schedule/index.js';
export * from './optimizer/index.js';
export * from './config/index.js';
export * from './run/index.js';
export * from './checkpoint/index.js';
export * from './progress/index.js';
