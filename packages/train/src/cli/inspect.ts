import { Command } from 'commander';
import { inspect } from '../api/inspect.js';
import { formatYaml, type Value } from '../config/index.js';

export const inspectCommand = (): Command =>
  new Command('inspect')
    .description('what is in a configuration, a run, a checkpoint or a dataset')
    .argument('<path>', 'YAML file, run folder or checkpoint folder')
    .option('--json', 'print it as JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  d2v inspect fashion.yaml                        model size, tokens, masks, length of the training, the datasets
  d2v inspect runs/fashion                        where it stands
  d2v inspect runs/fashion/checkpoints/00001000   its tensors`,
    )
    .action(async (path: string, { json }: { json: boolean }) => {
      const found = JSON.parse(JSON.stringify(await inspect(path))) as Value;
      console.log(json ? JSON.stringify(found, null, 2) : formatYaml(found));
    });
