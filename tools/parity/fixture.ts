import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, Safetensors, type AnyPlugin, type HostTensor, type NameMap } from '@d2v/core';

/** A directory that holds a reference model's configuration, weights, inputs and everything it computed. */
export interface Fixture {
  readonly plugin: AnyPlugin;
  readonly map: NameMap;
  /** The reference's own configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly decayAfter: number;
  readonly weights: ReadonlyMap<string, HostTensor>;
  readonly input: Readonly<Record<string, HostTensor>>;
  readonly expected: ReadonlyMap<string, HostTensor>;
}

/** The package that learns from what a fixture calls image, audio or text. */
const PACKAGES: Readonly<Record<string, string>> = { image: '@d2v/vision', audio: '@d2v/speech', text: '@d2v/text' };

/** @throws ConfigError when the modality has no name map for the fixture's family */
export async function readFixture(directory: string, modality?: string): Promise<Fixture> {
  const description = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as {
    family: string;
    modality: string;
    config: Record<string, unknown>;
    ema_decay_after: number;
  };
  const name = modality ?? PACKAGES[description.modality];
  if (!name)
    throw new ConfigError(`${directory}: no package for modality '${description.modality}'`, {
      hint: 'name one with --modality',
    });
  const { default: plugin } = (await import(name)) as { default: AnyPlugin };
  const map = plugin.checkpoints?.[`fairseq-${description.family}`];
  if (!map) throw new ConfigError(`${directory}: ${name} has no name map 'fairseq-${description.family}'`);
  const tensors = async (file: string): Promise<Map<string, HostTensor>> => {
    const path = join(directory, `${file}.safetensors`);
    return new Map(new Safetensors(await readFile(path), path));
  };
  return {
    plugin,
    map: { ...map, rules: map.rulesFor?.(description.config) ?? map.rules },
    config: description.config,
    decayAfter: description.ema_decay_after,
    weights: await tensors('weights'),
    input: Object.fromEntries(await tensors('input')),
    expected: await tensors('expected'),
  };
}
