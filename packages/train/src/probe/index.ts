export { probeData, type LabelledFeatures, type ProbeData } from './data.js';
export { knnProbe, type KnnProbeOptions, type KnnProbeResult } from './knn.js';
export { linearProbe, type LinearProbeOptions, type LinearProbeResult, type ProbeResult } from './linear.js';
