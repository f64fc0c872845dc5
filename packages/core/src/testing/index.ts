export { checkGradient, type CheckGradientOptions } from './check-gradient.js';
export { encoderConformance, type ConformanceOptions, type TestRunner } from './conformance/index.js';
export { expectAllclose, type Tolerance, type Values } from './expect-allclose.js';
export { leakCheck } from './leak-check.js';
