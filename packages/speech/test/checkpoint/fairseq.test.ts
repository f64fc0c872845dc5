import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  ConfigError,
  convertBack,
  convertNames,
  createNetwork,
  parseModelConfig,
  requireComplete,
  Safetensors,
  trainableNames,
  upload,
  valueAndGradients,
  type HostTensor,
} from '@d2v/core';
import { expectAllclose } from '@d2v/core/testing';
import { cos, dispose, mul, range, reshape, sum, tidy } from '@tensorflow/tfjs-core';
import { testParity } from '../../../../tools/jest/parity.js';
import plugin, { fairseqData2vec1, fairseqData2vec2 } from '../../src/index.js';
import { useBackend } from '../backend.js';

beforeAll(useBackend);

testParity(['speech1-padded', 'speech2-padded'], ['teacher_layer_*']);

const TRAINING = { loss_beta: 0, ema_decay: 0.999, ema_end_decay: 0.9999, ema_anneal_end_step: 1000 };
const network = (map: typeof fairseqData2vec1, foreign: object) =>
  createNetwork(plugin, parseModelConfig(plugin, map.config({ ...TRAINING, ...foreign })));

describe.each(['group-norm', 'pre-norm'])("wav2vec 2.0's encoder, %s", (name) => {
  test("features and gradients are PyTorch's", async () => {
    const path = fileURLToPath(new URL(`wav2vec/${name}.safetensors`, import.meta.url));
    const file = new Safetensors(await readFile(path), path);
    const foreign = JSON.parse(file.metadata.get('config')!) as Record<string, unknown>;
    const rules = { rules: fairseqData2vec1.rulesFor!(foreign) };
    const own = network(fairseqData2vec1, foreign);
    const tensors = [...file];
    const expected = new Map(
      tensors.filter(([key]) => key.startsWith('grad.')).map(([key, value]) => [key.slice(5), value]),
    );
    const stored = new Map(tensors.filter(([key]) => !/^(grad\.|input$|features$)/.test(key)));
    const weights = upload(
      Object.fromEntries(requireComplete(convertNames(stored, rules, own.parameters), path, [/^mask_emb$/])),
    );
    const { inputs } = fairseqData2vec1.inputs({ input: file.get('input') }, foreign);
    const tensorInputs = upload(inputs);
    tidy(() =>
      expectAllclose(own.features(weights, tensorInputs).x, file.get('features').data, { rtol: 1e-4, atol: 1e-5 }),
    );

    const names = trainableNames(own.parameters);
    const loss = () => {
      const { x } = own.features(weights, tensorInputs);
      return sum(mul(x, reshape(cos(range(1, 2 * x.size + 1, 2)), x.shape)));
    };
    const { value, gradients } = valueAndGradients(loss, names.map((key) => weights[key]!)); // prettier-ignore
    const ours = new Map<string, HostTensor>(
      names.map((key, i) => [key, { data: gradients[i]!.dataSync<'float32'>(), shape: gradients[i]!.shape }]),
    );
    const { tensors: back, missing } = convertBack(ours, rules, expected.keys());
    expect(missing).toEqual([]);
    expect(back.size).toBe(expected.size);
    const largest = Math.max(...[...expected.values()].map(({ data }) => Math.hypot(...data)));
    for (const [key, { data }] of expected) {
      const difference = Math.hypot(...data.map((value, i) => value - back.get(key)!.data[i]!));
      // The softmax ignores a key bias: its gradient is 0 but for rounding, and has no relative error.
      const [scale, tolerance] = key.endsWith('k_proj.bias') ? [largest, 1e-6] : [Math.hypot(...data), 1e-3];
      if (!(difference <= tolerance * scale)) throw new Error(`${key}: off by ${difference} of ${scale}`);
    }
    dispose([
      value,
      ...gradients.map((gradient) => gradient!),
      ...Object.values(weights),
      ...Object.values(tensorInputs),
    ]);
  });
});

const v1 = {
  extractor_mode: 'layer_norm',
  conv_feature_layers: '[(8, 10, 5)] + [(8, 3, 2)] * 2',
  encoder_embed_dim: 16,
  encoder_ffn_embed_dim: 32,
  encoder_layers: 2,
  encoder_attention_heads: 2,
  conv_pos: 95,
  conv_pos_groups: 4,
  pos_conv_depth: 5,
  mask_prob: 0.65,
  mask_length: 10,
  average_top_k_layers: 2,
};

test('data2vec 1: every key that changes the model or its masks has its option', () => {
  const sections = (more: object) => fairseqData2vec1.config({ ...TRAINING, ...v1, ...more }) as Record<string, object>;
  expect(sections({}).encoder).toMatchObject({
    positions: { layers: 5, kernel: 19, groups: 4 },
    alibi: { scale: 'off' },
  });
  expect(sections({ pos_conv_depth: undefined, conv_pos: undefined }).encoder).toMatchObject({
    positions: { layers: 1, kernel: 128, weightNorm: true },
  });
  const masks = {
    mask_selection: 'poisson',
    mask_other: 2,
    no_mask_overlap: true,
    mask_min_space: 3,
    mask_dropout: 0.1,
  };
  expect(sections({ ...masks, require_same_masks: false }).encoder).toMatchObject({
    mask: { lengths: 'poisson', other: 2, overlap: false, minSpace: 3, dropout: 0.1, sameCount: 'none' },
  });
  expect(sections({ feature_grad_mult: 0.1 }).encoder).toMatchObject({ extractor: { gradientScale: 0.1 } });
  expect(sections({ layer_norm_first: true }).backbone).toMatchObject({ norm: 'pre', finalNorm: true });
  const share = (more: object): unknown => (sections(more).objective as { teacher: { share: string[] } }).teacher.share;
  expect(share({ ema_layers_only: true, ema_transformer_only: true })).toEqual(['encoder.local', 'encoder.positions']);
  expect(share({ ema_layers_only: false, ema_transformer_only: true })).toEqual(['encoder.local']);
  expect(share({ ema_layers_only: false, ema_transformer_only: false })).toEqual([]);
  for (const unsupported of [{ layer_type: 'conformer' }, { activation_fn: 'relu' }, { extractor_mode: 'conv' }]) {
    expect(() => sections(unsupported)).toThrow(ConfigError);
    expect(() => sections(unsupported)).toThrow(Object.keys(unsupported)[0]);
  }
});

const audio = {
  prenet_depth: 1,
  extractor_mode: 'layer_norm',
  feature_encoder_spec: '[(8, 10, 5)]',
  conv_pos_depth: 2,
  conv_pos_width: 10,
  conv_pos_groups: 4,
  num_alibi_heads: 4,
  use_alibi_encoder: true,
  learned_alibi_scale: true,
  learned_alibi_scale_per_head: true,
  alibi_scale: 1,
  mask_prob: 0.5,
  mask_length: 5,
  decoder: { decoder_dim: 16, decoder_layers: 1, decoder_kernel: 3, decoder_groups: 4 },
};
const v2 = (more: object = {}, top: object = {}): Record<string, unknown> => ({
  ...TRAINING,
  embed_dim: 16,
  depth: 2,
  num_heads: 4,
  clone_batch: 2,
  average_top_k_layers: 2,
  modalities: { audio: { ...audio, ...more } },
  ...top,
});

test('data2vec 2: every kind of ALiBi scale, of positions and of teacher has its option', () => {
  const parameters = (more: object): string[] => Object.keys(network(fairseqData2vec2, v2(more)).parameters);
  const shape = (more: object) => network(fairseqData2vec2, v2(more)).parameters['encoder.alibi_scale']?.shape;
  expect(shape({})).toEqual([1, 1, 4, 1, 1]);
  expect(shape({ num_alibi_heads: 2 })).toEqual([1, 1, 2, 1, 1]);
  expect(shape({ learned_alibi_scale_per_head: false })).toEqual([1, 1, 1, 1, 1]);
  for (const more of [{ learned_alibi_scale: false }, { use_alibi_encoder: false }])
    expect(shape(more)).toBeUndefined();
  expect(parameters({ conv_pos_pre_ln: true })).toContain('encoder.positions.norm.weight');
  expect(parameters({ num_extra_tokens: 1 })).toContain('encoder.extra_tokens');
  const convert = (names: string[], more: object): string[] => {
    const own = network(fairseqData2vec2, v2(more));
    const foreign = new Map(
      names.map((name) => [`modality_encoders.AUDIO.${name}`, { data: new Float32Array(16), shape: [16] }]),
    );
    const { tensors, ignored } = convertNames(foreign, { rules: fairseqData2vec2.rulesFor!(v2(more)) }, own.parameters);
    return [...tensors.keys(), ...ignored];
  };
  const nested = ['relative_positional_encoder.0.weight', 'relative_positional_encoder.1.1.0.bias'];
  expect(convert(nested, { conv_pos_pre_ln: true })).toEqual([
    'encoder.positions.norm.weight',
    'encoder.positions.0.bias',
  ]);
  expect(convert(['relative_positional_encoder.1.0.bias'], {})).toEqual(['encoder.positions.0.bias']);
  expect(convert(['alibi_scale'], {})).toEqual(['encoder.alibi_scale']);
  expect(convert(['alibi_scale'], { learned_alibi_scale: false })).toEqual(['modality_encoders.AUDIO.alibi_scale']);
});

test('data2vec 2: what cannot be represented is refused by name', () => {
  expect(() => network(fairseqData2vec2, v2({ learned_alibi: true }))).toThrow('learned ALiBi table');
  expect(() => network(fairseqData2vec2, v2({ learned_alibi_scale_per_layer: true }))).toThrow('scale per layer');
  expect(() => network(fairseqData2vec2, v2({}, { layer_norm_first: true }))).toThrow('pre-norm');
});

test.each([fairseqData2vec1, fairseqData2vec2])("a recogniser's linear layer becomes its head, transposed", (map) => {
  const foreign = new Map<string, HostTensor>([
    ['w2v_encoder.proj.weight', { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] }],
    ['w2v_encoder.proj.bias', { data: Float32Array.of(7, 8, 9), shape: [3] }],
  ]);
  const { tensors, unexpected } = convertNames(foreign, map);
  expect(unexpected).toEqual([]);
  expect(Object.fromEntries(tensors)).toEqual({
    'head.weight': { data: Float32Array.of(1, 3, 5, 2, 4, 6), shape: [2, 3] },
    'head.bias': { data: Float32Array.of(7, 8, 9), shape: [3] },
  });
});
