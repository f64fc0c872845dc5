import { backboneSchema, type BackboneConfig } from './backbone/config.js';
import { Network } from './encoder/network.js';
import type { AnyPlugin } from './encoder/plugin.js';
import { ConfigError } from './errors.js';
import { createObjective, objectiveSchema, type MaskedObjective, type ObjectiveConfig } from './objective/index.js';
import type { ParameterSpecs } from './weights/parameter.js';

/** Everything that decides a model's shape: the `encoder`, `backbone` and `objective` sections of a configuration. */
export interface ModelConfig {
  /** Parsed by the plugin's own schema. */
  readonly encoder: unknown;
  readonly backbone: BackboneConfig;
  readonly objective: ObjectiveConfig;
}

/** A model before it has weights: what to compute and which parameters that takes. */
export interface Model {
  readonly config: ModelConfig;
  readonly network: Network;
  readonly objective: MaskedObjective;
  /** Parameters of the network and the objective. */
  readonly parameters: ParameterSpecs;
}

/** Encoder and backbone alone, as evaluation and fine-tuning need them. */
export function createNetwork(plugin: AnyPlugin, config: Pick<ModelConfig, 'encoder' | 'backbone'>): Network {
  const { dim, heads } = config.backbone;
  if (dim % heads !== 0) {
    throw new ConfigError(`backbone.heads is ${heads}, which does not divide backbone.dim, ${dim}`, {
      key: 'backbone.heads',
    });
  }
  return new Network(plugin.createEncoder(config.encoder, { dim, heads }), config.backbone);
}

export function createModel(plugin: AnyPlugin, config: ModelConfig): Model {
  const network = createNetwork(plugin, config);
  const { topK } = config.objective.targets;
  if (topK > config.backbone.depth) {
    throw new ConfigError(
      `objective.targets.topK is ${topK}, but the backbone has ${config.backbone.depth} shared blocks`,
      {
        key: 'objective.targets.topK',
      },
    );
  }
  const objective = createObjective(network, config.objective);
  return { config, network, objective, parameters: { ...network.parameters, ...objective.parameters } };
}

/**
 * Parses the three model sections with their schemas; every absent option gets its default.
 *
 * @throws ZodError naming the wrong keys
 */
export function parseModelConfig(
  plugin: AnyPlugin,
  sections: Partial<Record<keyof ModelConfig, unknown>>,
): ModelConfig {
  return {
    encoder: plugin.configSchema.parse(sections.encoder ?? {}),
    backbone: backboneSchema.parse(sections.backbone ?? {}),
    objective: objectiveSchema.parse(sections.objective ?? { name: 'data2vec2' }),
  };
}
