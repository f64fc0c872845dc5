import type { BenchCase } from './case.js';
import { speechCases } from './speech.js';
import { textCases } from './text.js';
import { visionCases } from './vision.js';

export type { BenchCase, Entrant, Prepared } from './case.js';
export { memoryCase } from './vision.js';

export const benchCases: readonly BenchCase[] = [...visionCases, ...speechCases, ...textCases];
