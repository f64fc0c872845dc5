export type { Box, Size } from './geometry.js';
export type { Filter, ImageItem, View } from './item.js';
export type { Channels, Raster } from './raster.js';
export { rasterItem } from './raster-item.js';
export type { ImageSample, Normalisation } from './sample.js';
