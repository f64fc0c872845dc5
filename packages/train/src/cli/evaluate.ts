import { writeFileSync } from 'node:fs';
import { ConfigError } from '@d2v/core';
import { Command } from 'commander';
import { evaluate } from '../api/evaluate.js';
import { table } from '../progress/index.js';
import { count, readDatasets, withWeights, type WeightOptions } from './options.js';

interface EvaluateCommandOptions extends WeightOptions {
  readonly data?: string;
  readonly batchSize?: number;
  readonly listing?: string;
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
    .option('--listing <file>', 'write every sample with its prediction to a text file: transcripts with their edits')
    .option('--json', 'print everything as JSON, the confusion matrix too', false)
    .addHelpText(
      'after',
      `
Examples:
  d2v evaluate runs/labels
  d2v evaluate runs/recogniser --listing edits.txt
  d2v evaluate runs/labels --checkpoint best --data test.yaml --json`,
    )
    .action(async (run: string, { data, json, listing: file, ...options }: EvaluateCommandOptions) => {
      const given = data ? (await readDatasets(data, ['test'])).test : undefined;
      // A fine-tuned run has no teacher: its weights are the student's.
      const { listing, ...report } = await evaluate({
        run,
        ...options,
        weights: 'student',
        ...(given ? { data: given } : {}),
      });
      if (file !== undefined) writeListing(file, listing);
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

function writeListing(file: string, listing: string | undefined): void {
  if (listing === undefined) {
    throw new ConfigError("--listing: this run's task lists no samples", {
      hint: 'recognition does; a classifier shows what it mistakes in its report, and with --json',
    });
  }
  writeFileSync(file, listing);
}
