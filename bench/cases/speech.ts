import { ours, pytorch, type BenchCase } from './case.js';
import { resolveModel, stepCase, type ResolvedModel, type StepTask } from './step.js';

const SECONDS = 10;
/** Audio samples of an utterance. */
const length = SECONDS * 16_000;
const unit = 's of audio';
const base = { modality: '@d2v/speech', extends: 'v1-base' };

/** A step of one of the package's recipes. */
const step = (name: string, recipe: string, size: number): BenchCase =>
  stepCase({
    name,
    entrants: [pytorch('speech_step'), ...ours('step', 'tensorflow')],
    model: { ...base, extends: recipe },
    batch: { size, length },
    samples: `${size === 1 ? 'utterance' : 'utterances'} of ${SECONDS} s`,
    unit,
    perSample: SECONDS,
  });

/** Value and gradients of the convolutions over the waveform. */
const convExtractor: BenchCase = {
  name: 'speech, conv extractor',
  entrants: [pytorch('conv_extractor'), ...ours('conv-extractor', 'tensorflow', 'wasm')],
  unit,
  async prepare() {
    const task: StepTask = { ...(await resolveModel(base)), batch: { size: 2, length } };
    return { size: `2 utterances of ${SECONDS} s, forward and backward`, amount: 2 * SECONDS, task };
  },
};

/** Labels that are to be spelled in frames. */
export interface CtcTask {
  readonly batch: number;
  readonly frames: number;
  readonly labels: number;
  /** The blank, 0, included. */
  readonly classes: number;
}

const ctcLoss: BenchCase = {
  name: 'speech, CTC loss',
  entrants: [pytorch('ctc_loss'), ...ours('ctc-loss', 'tensorflow', 'wasm')],
  unit: 'utterances',
  prepare() {
    const task: CtcTask = { batch: 8, frames: 1000, labels: 200, classes: 32 };
    const size = 'T = 1000, L = 200, B = 8, 32 classes, value and gradient';
    return Promise.resolve({ size, amount: task.batch, task });
  },
};

/** A recording that is transcribed window by window, greedily. */
export interface TranscriptionTask extends ResolvedModel {
  readonly seconds: number;
  readonly windowSeconds: number;
  readonly overlapSeconds: number;
}

const transcription: BenchCase = {
  name: 'speech, transcription',
  entrants: [pytorch('transcription'), ...ours('transcription', 'tensorflow')],
  unit,
  async prepare() {
    const seconds = 60;
    const task: TranscriptionTask = { ...(await resolveModel(base)), seconds, windowSeconds: 20, overlapSeconds: 2 };
    return { size: `a recording of ${seconds} s, base model, greedy`, amount: seconds, task };
  },
};

export const speechCases: readonly BenchCase[] = [
  step('data2vec 1, speech base', 'v1-base', 2),
  step('data2vec 2, speech base', 'v2-base', 1),
  convExtractor,
  ctcLoss,
  transcription,
];
