import { trainableNames, type AnyPlugin, type ParameterSpecs } from '@d2v/core';
import { finetuneSchema, modelOf, networkOf, pretrainSchema } from '../../src/api/resolve.js';
import { readConfig, type RunConfig } from '../../src/config/index.js';
import { learningRate } from '../../src/schedule/index.js';

/** A modality's presets and how they are read. */
export interface PresetSuite {
  readonly plugin: AnyPlugin;
  readonly names: readonly string[];
  readonly isFinetuning: (name: string) => boolean;
  /** A preset, parsed as the kind of run that it is. */
  readonly load: (name: string) => Promise<RunConfig>;
}

/** Numbers that training changes. */
export const countParameters = (specs: ParameterSpecs): number =>
  trainableNames(specs).reduce((sum, name) => sum + specs[name]!.shape.reduce((product, size) => product * size, 1), 0);

const SAMPLES = 1_281_167; // ImageNet's; recipes in epochs need a number

/**
 * Declares what holds for the presets of every modality.
 *
 * @param modality the package, found by name at run time as a trainer does
 * @param finetuning matches the names of those that fine-tune
 */
export async function testPresets(modality: string, finetuning: RegExp): Promise<PresetSuite> {
  const { default: plugin } = (await import(modality)) as { default: AnyPlugin };
  const texts = await plugin.presets();
  const names = Object.keys(texts);
  const isFinetuning = (name: string): boolean => finetuning.test(name);
  const parse = async (name: string, text: string): Promise<RunConfig> => {
    const raw = await readConfig({ text, name: `${name}.yaml` }, { presets: () => plugin.presets() });
    return raw.parse(isFinetuning(name) ? finetuneSchema(plugin) : pretrainSchema(plugin));
  };
  const load = (name: string): Promise<RunConfig> => parse(name, texts[name]!);

  describe.each(names)('%s', (name) => {
    test('opens with what it is, what to expect, where it comes from and what it takes', () => {
      const comment = texts[name]!.split('\n').filter((line) => line.startsWith('#'));
      for (const part of ['# data2vec ', '# Expect: ', '# Source: ', '# Hardware: ']) {
        expect(comment.some((line) => line.startsWith(part))).toBe(true);
      }
      expect(comment[0]).toMatch(/^# data2vec /);
      expect(Math.max(...texts[name]!.split('\n').map((line) => line.length))).toBeLessThanOrEqual(125);
    });

    test('is a whole configuration, whose model and learning rate can be made', async () => {
      const config = await load(name);
      expect(config.task === undefined).toBe(!isFinetuning(name));
      const network = isFinetuning(name) ? networkOf(plugin, config) : modelOf(plugin, config).network;
      expect(trainableNames(network.parameters).length).toBeGreaterThan(0);
      const perEpoch = Math.floor(SAMPLES / config.training.batchSize);
      const total = config.training.updates ?? perEpoch * config.training.epochs!;
      const rate = learningRate(config.schedule, config.optimizer.learningRate, { total, perEpoch });
      const rates = Array.from({ length: 1001 }, (_, i) => rate(Math.round((total * i) / 1000)));
      expect(Math.max(...rates) / config.optimizer.learningRate).toBeCloseTo(1, 2);
      expect(config.training.batchSize % config.training.accumulate).toBe(0);
    });

    test('can be extended by a configuration of one line', async () => {
      const preset = await load(name);
      const text = `version: 1\nmodality: '${modality}'\nextends: ${name}\ntraining: { seed: 7 }\n`;
      expect(await parse(name, text)).toEqual({ ...preset, training: { ...preset.training, seed: 7 } });
    });
  });
  return { plugin, names, isFinetuning, load };
}
