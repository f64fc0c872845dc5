export { speechFigures } from './figures.js';
export { alignmentFigure, type Alignment, type AlignmentOptions } from './alignment.js';
