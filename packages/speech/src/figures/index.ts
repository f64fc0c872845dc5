export { speechFigures } from './figures.js';
