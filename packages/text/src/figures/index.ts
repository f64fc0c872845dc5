export { textFigures } from './figures.js';
