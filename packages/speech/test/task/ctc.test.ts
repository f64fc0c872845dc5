import { ConfigError, HostNoise, RandomStream, SampleError, Scope, upload, type HostBatch, type Task } from '@d2v/core';
import { checkGradient, expectAllclose } from '@d2v/core/testing';
import {
  ones,
  randomNormal,
  tensor,
  tensor2d,
  tidy,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { ctc } from '../../src/task/ctc.js';
import { useBackend } from '../backend.js';

beforeAll(useBackend);

const tokens = ['<pad>', '|', 'a', 'b'];
const task = (options: object = {}, classes: readonly string[] = tokens): Task =>
  ctc.create(ctc.schema.parse(options), { dim: 5, classes });

const batch = (annotations: (string | undefined)[], frames = 6, lengths?: number[]): HostBatch => ({
  inputs: { waveforms: { data: new Float32Array(annotations.length * 40), shape: [annotations.length, 40] } },
  tokens: frames,
  size: annotations.length,
  labels: annotations.map((_, i) => i),
  annotations,
  names: annotations.map((_, i) => `clip${i}.wav`),
  ...(lengths && { lengths }),
});

describe('targets', () => {
  test('transcripts become padded classes with their lengths, and frames', () => {
    const { batch: labelled, targets } = task().targets(batch(['ab a', 'b'], 6, [6, 4]));
    expect(labelled.labels).toEqual(['ab a', 'b']);
    expect(targets.labels).toEqual({ data: Int32Array.of(2, 3, 1, 2, 1, 3, 1, 0, 0, 0), shape: [2, 5] });
    expect(targets.labelLengths).toEqual({ data: Int32Array.of(5, 2), shape: [2] });
    expect(targets.inputLengths).toEqual({ data: Int32Array.of(6, 4), shape: [2] });
    expect([...task().targets(batch(['b', 'a'])).targets.inputLengths!.data]).toEqual([6, 6]);
  });

  test.each([
    ['', 'clip1.wav: the transcript is empty'],
    ['ac', "clip1.wav: the transcript has 'c' (U+0063), outside the vocabulary"],
    ['abab', 'clip1.wav: the transcript needs 5 frames at least, the utterance has 4'],
    ['aab', 'clip1.wav: the transcript needs 5 frames at least, the utterance has 4'],
    [undefined, 'clip1.wav: has no transcript'],
  ])('the transcript %j is refused with the name of its sample', (transcript, message) => {
    const bad = batch(['ab', transcript], 4);
    expect(() => task().targets(bad)).toThrow(SampleError);
    expect(() => task().targets(bad)).toThrow(message);
    const { names: _, ...nameless } = bad;
    expect(() => task().targets(nameless)).toThrow(message.replace('clip1.wav', 'utterance 1 of this batch'));
  });

  test('frames of the utterance count, not those of its padding; zeroInfinity passes over what is too long', () => {
    expect(() => task().targets(batch(['ab', 'ab'], 6, [6, 2]))).toThrow(
      'needs 3 frames at least, the utterance has 2',
    );
    const { targets } = task({ zeroInfinity: true }).targets(batch(['ab', 'ab'], 6, [6, 2]));
    expect([...targets.inputLengths!.data]).toEqual([6, 2]);
  });

  test('masks of frames and channels are drawn in training alone, from the stream', () => {
    const masking = task({ mask: { time: { prob: 0.5, length: 2 }, channel: { prob: 0.5, length: 1 } } });
    const draw = (seed: number): HostBatch => masking.targets(batch(['ab', 'b'], 30), new RandomStream([seed])).batch;
    expect(Object.keys(masking.targets(batch(['ab'])).batch.inputs)).toEqual(['waveforms']);
    const { timeMask, channelMask } = draw(1).inputs;
    expect([timeMask!.shape, channelMask!.shape]).toEqual([[2, 30, 1], [2, 1, 5]]); // prettier-ignore
    expect(timeMask!.data.some((hidden) => hidden === 1)).toBe(true);
    expect(timeMask!.data.some((hidden) => hidden === 0)).toBe(true);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1).inputs.timeMask).not.toEqual(draw(2).inputs.timeMask);
    expect(Object.keys(task().targets(batch(['ab']), new RandomStream([1])).batch.inputs)).toEqual(['waveforms']);
  });
});

describe('the head', () => {
  test('starts with classes alike, or with the blank as probable as it is told', () => {
    const biasOf = (options: object): number[] => {
      const { init } = task(options).parameters.bias!;
      return init.kind === 'values' ? [...init.values] : [];
    };
    expect(biasOf({})).toEqual([0, 0, 0, 0]);
    const odds = biasOf({ blankPrior: 0.7 }).map(Math.exp);
    const sum = odds.reduce((a, b) => a + b);
    odds.forEach((each, v) => expect(each / sum).toBeCloseTo(v === 0 ? 0.7 : 0.1, 6));
    for (const blankPrior of [0, 1]) expect(() => task({ blankPrior })).toThrow();
  });

  const weight = tensor2d(
    Array.from({ length: 20 }, (_, i) => Math.sin(i)),
    [5, 4],
  );
  const bias = tensor([0.1, -0.2, 0.3, 0]);
  afterAll(() => [weight, bias].forEach((each) => each.dispose()));
  const scope = new Scope({ weight, bias });

  test('is a linear layer on every frame', () => {
    tidy(() => {
      const x = randomNormal([2, 6, 5], 0, 1, 'float32', 1) as Tensor3D;
      const logits = task().forward(scope, { tokens: x }, {});
      expectAllclose(logits, x.reshape([12, 5]).matMul(weight).add(bias).reshape([2, 6, 4]), { atol: 1e-5 });
    });
  });

  test('frames of padding say nothing', () => {
    tidy(() => {
      const x = randomNormal([1, 3, 5], 0, 1, 'float32', 1) as Tensor3D;
      const real = tensor2d([1, 1, 0], [1, 3]);
      const logits = task().forward(scope, { tokens: x, real }, {});
      const alone = task().forward(scope, { tokens: x }, {});
      expectAllclose(logits.slice([0, 0, 0], [1, 2, 4]), alone.slice([0, 0, 0], [1, 2, 4]));
      expectAllclose(logits.slice([0, 2, 0], [1, 1, 4]), [0, -1e4, -1e4, -1e4]);
    });
  });

  test('drops features in training alone', () => {
    tidy(() => {
      const x = ones([1, 6, 5]) as Tensor3D;
      const dropping = task({ finalDropout: 0.5 });
      const noise = new HostNoise(new RandomStream([1]));
      const [trained, evaluated] = [{ noise }, {}].map((context) => dropping.forward(scope, { tokens: x }, context));
      expectAllclose(evaluated!, task().forward(scope, { tokens: x }, {}));
      expect([...trained!.dataSync()]).not.toEqual([...evaluated!.dataSync()]);
    });
  });

  test('loss and gradient reach head and features; padding has no part in them', () => {
    tidy(() => {
      const ctcTask = task();
      const targets = upload(ctcTask.targets(batch(['ab', 'b'], 6, [6, 3])).targets);
      const real = tensor2d([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0], [2, 6]);
      const x = randomNormal([2, 6, 5], 0, 1, 'float32', 2);
      const f = (w: Tensor, b: Tensor, x: Tensor, real: Tensor2D): Tensor => {
        const logits = ctcTask.forward(new Scope({ weight: w, bias: b }), { tokens: x as Tensor3D, real }, {});
        return ctcTask.loss(logits, targets);
      };
      checkGradient((w, b, x) => f(w!, b!, x!, real), [weight, bias, x], { rtol: 5e-3 });
      const short = upload(ctcTask.targets(batch(['b'], 3)).targets);
      const alone = ctcTask.forward(scope, { tokens: x.slice([1, 0, 0], [1, 3, 5]) as Tensor3D }, {});
      const first = upload(ctcTask.targets(batch(['ab'], 6)).targets);
      const other = ctcTask.forward(scope, { tokens: x.slice([0, 0, 0], [1, 6, 5]) as Tensor3D }, {});
      const apart = ctcTask.loss(alone, short).add(ctcTask.loss(other, first));
      expectAllclose(f(weight, bias, x, real), apart.dataSync());
    });
  });
});

test('evaluation decodes greedily and counts edits of characters and words', () => {
  const evaluation = task().evaluation();
  const say = (...classes: number[]): number[] => classes.flatMap((c) => tokens.map((_, v) => (v === c ? 5 : 0)));
  evaluation.add(Float32Array.from([...say(2, 3, 1, 2, 2, 1), ...say(0, 3, 0, 3, 1, 0)]), [2, 6, 4], ['ab  b', 'bb']);
  const { cer, wer, wer_substitutions, wer_insertions, wer_deletions } = evaluation.result(); // 'ab a', 'bb'
  expect(cer).toBeCloseTo(100 / 6, 9);
  expect(wer).toBeCloseTo(100 / 3, 9);
  expect([wer_substitutions, wer_insertions, wer_deletions]).toEqual([wer, 0, 0]);
});

test('the vocabulary comes from the options, or else from the classes', () => {
  expect(task().parameters.weight!.shape).toEqual([5, 4]);
  expect(task({ vocabulary: 'english' }, []).parameters.weight!.shape).toEqual([5, 32]);
  expect(task({ vocabulary: ['<pad>', 'x', '|'] }).parameters.bias!.shape).toEqual([3]);
  expect(() => task({}, [])).toThrow(ConfigError);
  expect(() => task({}, [])).toThrow('ctc needs a vocabulary');
  expect(() => task({}, ['cat', 'dog'])).toThrow(
    "the training data's classes: token 0 is 'cat', which is no character",
  );
});
