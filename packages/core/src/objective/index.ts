import { z } from 'zod';
import type { Network } from '../encoder/network.js';
import { Data2vec1, data2vec1Schema } from './data2vec1.js';
import { Data2vec2, data2vec2Schema } from './data2vec2.js';
import type { MaskedObjective } from './objective.js';

/** What a run learns from, chosen by `name`. */
export const objectiveSchema = z.discriminatedUnion('name', [data2vec1Schema, data2vec2Schema]);

export type ObjectiveConfig = z.infer<typeof objectiveSchema>;

export function createObjective(network: Network, config: ObjectiveConfig): MaskedObjective {
  switch (config.name) {
    case 'data2vec1':
      return new Data2vec1(network, config);
    case 'data2vec2':
      return new Data2vec2(network, config);
  }
}

export { checkCollapse, type CollapseConfig } from './collapse.js';
export { convDecoder1d, convDecoder2d } from './conv-decoder.js';
export {
  disposeBatch,
  uploadBatch,
  type Batch,
  type BatchStreams,
  type Losses,
  type MaskedObjective,
  type Objective,
  type ObjectiveContext,
  type Prepared,
} from './objective.js';
export { Supervised } from './supervised.js';
