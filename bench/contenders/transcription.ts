// Transcription of a long recording on one of our backends (see serve.ts), with random weights.
import { createNetwork, initialise, parseModelConfig, RandomStream, within, type BackendChoice } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import speech, {
  ctc,
  ctcSchema,
  encoderSchema,
  englishVocabulary,
  frameStride,
  recordingLogits,
  sampleRate,
  transcribe,
  waveformItem,
  type CtcModel,
} from '@d2v/speech';
import type { TranscriptionTask } from '../cases/speech.js';
import { countValues, serve } from './serve.js';

const [text, backend] = process.argv.slice(2) as [string, BackendChoice];
const task = JSON.parse(text) as TranscriptionTask;
const { windowSeconds, overlapSeconds } = task;

await loadBackend(backend);
const network = createNetwork(speech, parseModelConfig(speech, { ...task }));
const vocabulary = englishVocabulary();
const options = ctcSchema.parse({ vocabulary: 'english' });
const head = ctc.create(options, { dim: network.config.dim, classes: [] });
const parameters = { ...network.parameters, ...within('head', head.parameters) };
const { layers } = encoderSchema.parse(task.encoder).extractor;
const model: CtcModel = {
  network,
  weights: initialise(parameters, new RandomStream([1])),
  head,
  vocabulary,
  layers,
  normalise: true,
};
const stream = new RandomStream([2]);
const waveform = Float32Array.from({ length: task.seconds * sampleRate }, () => stream.uniform(-1, 1));
const recording = waveformItem(waveform, { name: 'noise' });
let frames = 0;

await serve({
  async step() {
    const logits = await recordingLogits(model, recording, { windowSeconds, overlapSeconds });
    frames = logits.frames;
    transcribe(logits, vocabulary, frameStride(layers) / sampleRate);
  },
  checks: () => ({ parameters: countValues(Object.values(parameters)), frames }),
});
