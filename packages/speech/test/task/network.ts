import { createNetwork, parseModelConfig } from '@d2v/core';
import plugin from '../../src/index.js';

const sections = {
  encoder: {
    extractor: { layers: [[4, 10, 5], [4, 8, 4]] }, // prettier-ignore
    positions: { layers: 1, kernel: 3, groups: 2 },
  },
  backbone: { dim: 4, depth: 1, heads: 2 },
};

/** A network of width 4 whose frames come from a few hundred samples. */
export const network = createNetwork(plugin, parseModelConfig(plugin, sections));
export const { encoder } = sections;
