import preset from './jest/preset.mjs';

/** Tests of the repository's tools. They hold no tensors and start other programs, which takes time. */
export default { ...preset, setupFilesAfterEnv: [], testTimeout: 600_000, maxWorkers: 1 };
