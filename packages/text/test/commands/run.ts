import {
  createNetwork,
  initialise,
  parseModelConfig,
  RandomStream,
  within,
  type CommandInput,
  type TrainedModel,
} from '@d2v/core';
import { dispose } from '@tensorflow/tfjs-core';
import plugin from '../../src/index.js';
import { textCommands } from '../../src/node/commands/index.js';

/** What a command printed, and what else it did. */
export interface Ran {
  readonly printed: string[];
  readonly noted: string[];
  readonly progress: [done: number, total?: number][];
}

/** Runs a command of the plugin with tools that keep what they get. */
export async function runCommand(
  name: string,
  args: readonly string[],
  options: CommandInput['options'] = {},
  { loadModel, signal = new AbortController().signal }: Partial<CommandInput['tools']> = {},
): Promise<Ran> {
  const ran: Ran = { printed: [], noted: [], progress: [] };
  const tools: CommandInput['tools'] = {
    print: (line) => ran.printed.push(line),
    note: (line) => ran.noted.push(line),
    progress: (done, total) => ran.progress.push([done, total]),
    signal,
    loadModel: loadModel ?? (() => Promise.reject(new Error('this command needs no model'))),
  };
  await textCommands[name]!.run({ arguments: args, options, tools });
  return ran;
}

/** A small model with random weights and a head, as `loadModel` gives it. */
export function model(
  task: string,
  tokenizer: string | undefined,
  vocabulary: number,
  classes: string[],
): TrainedModel {
  const sections = { encoder: { vocabulary, maxTokens: 32 }, backbone: { dim: 8, depth: 1, heads: 2 } };
  const config = parseModelConfig(plugin, sections);
  const network = createNetwork(plugin, config);
  const kind = plugin.tasks[task]!;
  const options: unknown = kind.schema.parse({});
  const head = kind.create(options, { dim: 8, classes, encoder: config.encoder });
  const specs = { ...network.parameters, ...within('head', head.parameters) };
  const weights = initialise(specs, new RandomStream(['model']));
  return {
    path: 'runs/x',
    plugin,
    network,
    weights,
    task: { name: task, options, head },
    classes,
    encoder: config.encoder,
    transform: plugin.transformSchema.parse({ ...(tokenizer && { tokenizer }) }),
    dispose: () => dispose(weights),
  };
}
