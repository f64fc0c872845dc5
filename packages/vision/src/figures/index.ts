export { imageFigures } from './figures.js';
