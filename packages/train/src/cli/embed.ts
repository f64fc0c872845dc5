import { Command } from 'commander';
import { embed } from '../api/embed.js';
import { createProgress } from '../progress/index.js';
import { withFeatures, type FeatureOptions } from './options.js';

interface EmbedCommandOptions extends FeatureOptions {
  readonly out: string;
}

export const embedCommand = (): Command =>
  withFeatures(
    new Command('embed')
      .description('features of files, one row each')
      .argument('<run>', 'run or checkpoint folder')
      .argument('<files...>', 'files and folders')
      .requiredOption('-o, --out <file>', 'x.npy or x.safetensors; names go to x.names.jsonl beside it'),
  )
    .addHelpText(
      'after',
      `
Examples:
  d2v embed runs/photos photos/ --out photos.npy
  d2v embed runs/photos a.jpg b.jpg --out two.safetensors --pool mean+cls`,
    )
    .action(async (run: string, files: string[], options: EmbedCommandOptions) => {
      const progress = createProgress({ total: 1, unit: 'files' });
      const { names, dim, namesPath } = await embed({ run, files, ...options }).finally(() => progress.stop());
      console.log(`${names.length} × ${dim} values in ${options.out}${namesPath ? `, names in ${namesPath}` : ''}`);
    });
