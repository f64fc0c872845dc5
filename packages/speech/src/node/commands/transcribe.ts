import {
  ConfigError,
  D2vError,
  numberOption,
  SampleError,
  wholeNumberOption,
  type CommandInput,
  type Dataset,
  type PluginCommand,
} from '@d2v/core';
import { sampleRate } from '../../audio/format.js';
import type { AudioItem } from '../../audio/item.js';
import { frameStride } from '../../encoder/lengths.js';
import {
  ctcModel,
  recordingLogits,
  transcribe,
  type DecodingOptions,
  type Transcript,
} from '../../task/recognise/index.js';
import { openFiles } from '../open-files.js';
import { readLanguageModel } from './language-model.js';

/** `d2v transcribe`: what is said in recordings of any length. */
export const transcribeCommand: PluginCommand = {
  description: 'print what is said in recordings',
  arguments: '<files...>',
  options: [
    { flags: '-m, --model <run>', description: 'run that was fine-tuned with task ctc', required: true },
    { flags: '--json', description: 'a JSON object a line, with the time and confidence of each word' },
    { flags: '--beam <n>', description: 'prefix beam search with n prefixes; default: greedy decoding' },
    { flags: '--lm <file>', description: 'n-gram model, .arpa or .arpa.gz, of words or of characters; beam search' },
    { flags: '--lm-weight <x>', description: 'weight of the language model; default: 0.5' },
    { flags: '--word-score <x>', description: 'added to the score for each word; default: 0' },
  ],
  examples: [
    'd2v transcribe talk.mp3 --model runs/english',
    'd2v transcribe recordings/ --model runs/english --json > words.jsonl',
    'd2v transcribe a.wav b.flac --model runs/english --lm 4-gram.arpa.gz --beam 50',
  ],
  run,
};

async function run({ arguments: paths, options, tools }: CommandInput): Promise<void> {
  const decoding = await decodingOptions(options);
  const failures: string[] = [];
  const failed = (error: SampleError): void => {
    failures.push(error.sample);
    tools.note(`${error.name}: ${error.message}`);
  };
  const files = await openEach(paths, failed);
  const total = files.length + failures.length;
  const model = await tools.loadModel(String(options.model));
  try {
    const recogniser = ctcModel(model);
    const { layers, vocabulary } = recogniser;
    const frameSeconds = frameStride(layers) / sampleRate;
    const alone = paths.length === 1 && files.length === 1 && files[0]?.name === paths[0];
    for (const [i, { name, open }] of files.entries()) {
      if (tools.signal.aborted) return;
      try {
        const item = await open();
        const seconds = item.samples / sampleRate;
        const logits = await recordingLogits(recogniser, item, {
          signal: tools.signal,
          onProgress: (done) => tools.progress(i + done / seconds, files.length),
        });
        const found = transcribe(logits, vocabulary, frameSeconds, decoding);
        tools.print(options.json ? json(name, seconds, found) : alone ? found.text : `${name}\t${found.text}`);
      } catch (error) {
        if (tools.signal.aborted) return;
        if (!(error instanceof SampleError)) throw error;
        failed(error);
      }
    }
  } finally {
    model.dispose();
  }
  if (failures.length === 0) return;
  throw new D2vError(`${failures.length} of ${total} recordings could not be transcribed`, {
    hint: `correct or leave out ${failures.slice(0, 5).join(', ')}${failures.length > 5 ? ', …' : ''}`,
  });
}

interface NamedFile {
  readonly name: string;
  open(): Promise<AudioItem>;
}

/** Recordings that paths stand for, folders expanded; a path that cannot be found does not stop the others. */
async function openEach(paths: readonly string[], failed: (error: SampleError) => void): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  for (const path of paths) {
    let dataset: Dataset<AudioItem>;
    try {
      dataset = await openFiles([path]);
    } catch (error) {
      if (error instanceof SampleError) failed(error);
      else if (error instanceof ConfigError) failed(new SampleError(path, error.message));
      else throw error;
      continue;
    }
    for (let i = 0; i < dataset.size; i++) files.push({ name: dataset.name(i), open: () => dataset.read(i) });
  }
  return files;
}

async function decodingOptions(options: CommandInput['options']): Promise<DecodingOptions> {
  const beamSize = wholeNumberOption(options.beam, '--beam', 1);
  const weight = numberOption(options.lmWeight, '--lm-weight', (x) => x >= 0, 'a number from 0 up');
  const wordScore = numberOption(options.wordScore, '--word-score', Number.isFinite, 'a number');
  if (options.lm === undefined) {
    const useless = weight !== undefined ? '--lm-weight' : wordScore !== undefined ? '--word-score' : undefined;
    if (useless)
      throw new ConfigError(`${useless} is for a language model`, { key: useless, hint: 'add --lm FILE.arpa' });
  }
  return {
    ...(beamSize !== undefined && { beamSize }),
    ...(options.lm !== undefined && { languageModel: await readLanguageModel(String(options.lm)) }),
    languageModelWeights: { ...(weight !== undefined && { weight }), ...(wordScore !== undefined && { wordScore }) },
  };
}

const rounded = (value: number): number => Math.round(1000 * value) / 1000;

function json(file: string, seconds: number, { text, words }: Transcript): string {
  const timed = words.map(({ word, start, end, confidence }) => ({
    word,
    start: rounded(start),
    end: rounded(end),
    confidence: rounded(confidence),
  }));
  return JSON.stringify({ file, seconds: rounded(seconds), text, words: timed });
}
