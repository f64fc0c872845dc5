import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyPlugin } from '@d2v/core';
import { loadPlugin } from '../../src/api/load-plugin.js';
import type { RunEvent } from '../../src/index.js';
import { pretraining } from '../api/squares.js';

/** A pre-training of milliseconds an update, with everything random that training has. */
export function tinyRun(data: string, training: object = {}) {
  const config = pretraining(data, { backbone: { dropPath: 0.1 } });
  return {
    ...config,
    training: { ...config.training, log: { every: 1, tensorboard: false }, checkpoint: { every: 1 }, ...training },
  };
}

/** An image as the vision plugin's transform gives it. */
export interface Sample {
  readonly name: string;
  readonly pixels: Float32Array;
}

/** @d2v/vision, with `change` applied to every sample that its transform yields. */
export async function tampered(change: (sample: Sample) => void): Promise<AnyPlugin> {
  const vision = await loadPlugin('@d2v/vision');
  return {
    ...vision,
    createTransform: (...options) => {
      const transform = vision.createTransform(...options);
      return async (item, stream) => {
        const sample = (await transform(item, stream)) as Sample;
        change(sample);
        return sample;
      };
    },
  };
}

/** SHA-256 of each file of tensors in a checkpoint. */
export function tensorSums(run: string, update: number): Record<string, string> {
  const folder = join(run, 'checkpoints', String(update).padStart(8, '0'));
  const names = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

/** Events of one kind. */
export const only = <Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) =>
  events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
