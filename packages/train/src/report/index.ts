export {
  makeFigures,
  type FigureLimits,
  type FigureOptions,
  type NeighbourFeatures,
  type NeighbourRow,
  type ReportFigures,
} from './figures.js';
export type { PageContent } from './page.js';
export type { Shown, SkippedSample } from './samples.js';
export type { ProbeTable } from './sections.js';
export { writeReport } from './write-report.js';
