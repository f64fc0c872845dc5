import { Command } from 'commander';
import { finetune } from '../api/finetune.js';
import { followRun } from './follow.js';
import { collect, runName, withWeights, type WeightOptions } from './options.js';

interface FinetuneCommandOptions extends WeightOptions {
  readonly from?: string;
  readonly out?: string;
  readonly set: string[];
}

export const finetuneCommand = (): Command =>
  withWeights(
    new Command('finetune')
      .description('train with labels, from a pre-trained run or from scratch')
      .argument('<config>', 'YAML file with a `task`; encoder and backbone come from the run')
      .option('-f, --from <run>', 'pre-trained run or checkpoint folder; absent: from scratch')
      .option('-o, --out <folder>', 'run folder; default: runs/ and the name of the file')
      .option('-s, --set <key=value>', 'override a key, may be repeated', collect, []),
  )
    .addHelpText(
      'after',
      `
Examples:
  d2v finetune labels.yaml --from runs/fashion --out runs/labels
  d2v finetune labels.yaml --out runs/scratch            the same network without pre-training`,
    )
    .action(
      async (config: string, { from, checkpoint, weights, set, out = runName(config) }: FinetuneCommandOptions) => {
        const source = from ? { from: { run: from, checkpoint, weights } } : {};
        const result = await followRun((signal) => finetune({ config, out, set, signal, ...source }));
        for (const [name, value] of Object.entries(result.metrics)) console.log(`${name}: ${value.toFixed(3)}`);
      },
    );
