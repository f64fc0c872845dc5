import { Command } from 'commander';
import { evaluate } from '../api/evaluate.js';
import { table } from '../progress/index.js';
import { count, readDatasets, withWeights, type WeightOptions } from './options.js';

interface EvaluateCommandOptions extends WeightOptions {
  readonly data?: string;
  readonly batchSize?: number;
  readonly json: boolean;
}

export const evaluateCommand = (): Command =>
  withWeights(
    new Command('evaluate')
      .description('metrics of a fine-tuned run on labelled data')
      .argument('<run>', 'run or checkpoint folder'),
  )
    .option('--data <file>', "YAML with a `test` dataset; default: the run's validation data")
    .option('--batch-size <n>', 'samples at once', count)
    .option('--json', 'print everything as JSON, the confusion matrix too', false)
    .addHelpText(
      'after',
      `
Examples:
  d2v evaluate runs/labels
  d2v evaluate runs/labels --checkpoint best --data test.yaml --json`,
    )
    .action(async (run: string, { data, json, ...options }: EvaluateCommandOptions) => {
      const given = data ? (await readDatasets(data, ['test'])).test : undefined;
      // A fine-tuned run has no teacher: its weights are the student's.
      const report = await evaluate({ run, ...options, weights: 'student', ...(given ? { data: given } : {}) });
      if (json) return console.log(JSON.stringify(report, null, 2));
      console.log(table(['metric', 'value'], Object.entries(report.metrics)));
      const { perClass } = report;
      if (perClass)
        console.log(
          `\n${table(
            ['class', 'right %'],
            report.classes.map((name, i) => [name, perClass[i]]),
          )}`,
        );
      console.log(`\n${report.samples} samples, update ${report.update}`);
      for (const problem of report.skipped) console.error(`left out: ${problem}`);
    });
