import { Command } from 'commander';
import { pretrain } from '../api/pretrain.js';
import { report } from '../api/report.js';
import { collect, runName } from './options.js';
import { followRun } from './follow.js';

export const pretrainCommand = (): Command =>
  new Command('pretrain')
    .description('learn from unlabelled data; run it again to go on where it stopped')
    .argument('<config>', 'YAML file, see docs/configuration.md; `extends: NAME` starts from a preset')
    .option('-o, --out <folder>', 'run folder; default: runs/ and the name of the file')
    .option('-s, --set <key=value>', 'override a key, may be repeated', collect, [])
    .option('--no-report', 'do not write report.html at the end')
    .addHelpText(
      'after',
      `
Examples:
  d2v pretrain digits.yaml
  d2v pretrain digits.yaml --out runs/hot --set optimizer.learningRate=0.002 --set training.seed=2

Ctrl-C writes a checkpoint; the same command goes on from it, bit for bit.`,
    )
    .action(async (config: string, options: { out?: string; set: string[]; report: boolean }) => {
      const out = options.out ?? runName(config);
      const result = await followRun((signal) => pretrain({ config, out, set: options.set, signal }));
      if (result.finished && options.report) console.log(`report: ${await report({ run: out })}`);
    });
