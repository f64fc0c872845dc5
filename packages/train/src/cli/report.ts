import { Command } from 'commander';
import { report } from '../api/report.js';

export const reportCommand = (): Command =>
  new Command('report')
    .description("write a run's report.html again: curves, masks, neighbours, features")
    .argument('<run>', 'run folder')
    .addHelpText('after', '\nExample:\n  d2v report runs/fashion')
    .action(async (run: string) => console.log(`report: ${await report({ run })}`));
