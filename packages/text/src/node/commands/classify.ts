import {
  RandomStream,
  SampleError,
  wholeNumberOption,
  type CommandInput,
  type PluginCommand,
  type TrainedModel,
} from '@d2v/core';
import type { EncoderConfig } from '../../encoder/config.js';
import type { TextItem, TextSample } from '../../sample.js';
import { classifyTexts } from '../../task/index.js';
import { createTransform, type TransformOptions } from '../../transform/index.js';
import { inputLines, type InputLine } from './input.js';

/** `d2v classify`: the class of every line, or pair of texts with a tab between them. */
export const classifyCommand: PluginCommand = {
  description: 'print the class of every line of text, and how probable it is',
  arguments: '<files...>',
  options: [
    { flags: '-m, --model <run>', description: 'run that was fine-tuned with task classification', required: true },
    { flags: '--json', description: 'a JSON object a line, with the probabilities of all classes' },
    { flags: '--batch-size <n>', description: 'lines at once; default: 32' },
  ],
  examples: [
    'd2v classify reviews.txt --model runs/sentiment',
    'd2v classify pairs.tsv --model runs/entailment      two texts a line, a tab between them',
    'echo "a small wild cat" | d2v classify - --model runs/glosses --json',
  ],
  run,
};

async function run({ arguments: paths, options, tools }: CommandInput): Promise<void> {
  const batchSize = wholeNumberOption(options.batchSize, '--batch-size', 1) ?? 32;
  const model = await tools.loadModel(String(options.model));
  try {
    const toSample = createTransform(model.transform as TransformOptions, model.encoder as EncoderConfig);
    const stream = new RandomStream(['classify']);
    let lines: InputLine[] = [];
    let done = 0;
    const flush = async (): Promise<void> => {
      for (const line of await classified(lines, model, (item) => toSample(item, stream))) {
        tools.print(options.json ? line.json : line.plain);
      }
      tools.progress((done += lines.length));
      lines = [];
    };
    for await (const line of inputLines(paths)) {
      if (tools.signal.aborted) return;
      lines.push(line);
      if (lines.length === batchSize) await flush();
    }
    if (lines.length > 0) await flush();
  } finally {
    model.dispose();
  }
}

/** One result a line, also for empty lines, so that results and lines stay together. */
async function classified(
  lines: readonly InputLine[],
  model: TrainedModel,
  toSample: (item: TextItem) => Promise<TextSample>,
): Promise<{ plain: string; json: string }[]> {
  const items = lines.map(itemOf);
  const real = items.filter((item) => item !== undefined);
  const found = real.length > 0 ? await classifyTexts(model, await Promise.all(real.map(toSample))) : [];
  return items.map((item) => {
    if (!item) return { plain: '', json: JSON.stringify({ text: '', label: null }) };
    const { text, pair } = item;
    const { label, probability, probabilities } = found[real.indexOf(item)]!;
    const all = Object.fromEntries(model.classes!.map((name, i) => [name, rounded(probabilities[i]!)]));
    return {
      plain: `${label}\t${probability.toFixed(4)}`,
      json: JSON.stringify({ text, pair, label, probability: rounded(probability), probabilities: all }),
    };
  });
}

function itemOf({ name, text: line }: InputLine): TextItem | undefined {
  if (line.trim() === '') return undefined;
  const [text, pair, more] = line.split('\t');
  if (more !== undefined) {
    throw new SampleError(name, `has ${line.split('\t').length} texts with tabs between them`, {
      hint: 'a line is one text, or two with a tab between them',
    });
  }
  const empty = [text, pair].some((part) => part?.trim() === '');
  if (empty) throw new SampleError(name, 'one of its two texts is empty');
  return { name, text: text!, ...(pair !== undefined && { pair }) };
}

const rounded = (value: number): number => Math.round(1e6 * value) / 1e6;
