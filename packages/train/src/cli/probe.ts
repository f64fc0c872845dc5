import { Command } from 'commander';
import { probe, probeTable, type ProbeProgress } from '../api/probe.js';
import { createProgress, type Progress } from '../progress/index.js';
import { count, readDatasets, withFeatures, type FeatureOptions } from './options.js';

interface ProbeOptions extends FeatureOptions {
  readonly data?: string;
  readonly baselines: boolean;
  readonly json: boolean;
}

export const probeCommand = (): Command =>
  withFeatures(
    new Command('probe')
      .description(
        'how good are frozen features? linear classifier and nearest neighbours, against random weights and raw input',
      )
      .argument('<run>', 'run or checkpoint folder'),
  )
    .option('--data <file>', "YAML with labelled `train` and `test` datasets; default: the run's own")
    .option(
      '--whiten <n>',
      'nearest neighbours: also try n whitened principal components, take what does better',
      count,
    )
    .option('--no-baselines', 'only the pre-trained features')
    .option('--json', 'print everything as JSON, confusion matrices too', false)
    .addHelpText(
      'after',
      `
Examples:
  d2v probe runs/fashion
  d2v probe runs/photos --data labelled.yaml --weights student --pool mean+cls`,
    )
    .action(async (run: string, { baselines, ...options }: ProbeOptions) => {
      const data = options.data ? await readDatasets(options.data, ['train', 'test']) : undefined;
      const show = new StageProgress();
      const report = await probe({
        run,
        ...options,
        data,
        ...(!baselines && { baselines: [] }),
        onProgress: (progress) => show.step(progress),
      });
      show.stop();
      console.log(
        options.json
          ? JSON.stringify(report, null, 2)
          : `${probeTable(report)}\n${report.samples.train} training and ${report.samples.test} test samples, ${report.classes} classes`,
      );
    });

/** One bar per stage of the probe. */
class StageProgress {
  #stage = '';
  #bar: Progress | undefined;

  step({ features, stage, done, total }: ProbeProgress): void {
    const name = `${features}, ${stage}`;
    if (name !== this.#stage) {
      this.stop();
      this.#stage = name;
      if (total > 0) this.#bar = createProgress({ total, unit: name });
    }
    this.#bar?.step(done, done);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}
