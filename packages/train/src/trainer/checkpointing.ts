import { createRequire } from 'node:module';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { HostTensor, HostTensors, Weights } from '@d2v/core';
import type { Checkpoint, CheckpointContents } from '../checkpoint/index.js';
import type { ModelState } from '../step/state.js';

const { version } = createRequire(import.meta.url)('@d2v/train/package.json') as { version: string };

/** Where a run stands, beside its tensors. */
export interface Standing {
  readonly update: number;
  readonly perEpoch: number;
  /** Samples of an update, on average. */
  readonly batchSize: number;
  /** Bad samples that were left out. */
  readonly skipped: number;
  /** Updates that were left out because they were not finite. */
  readonly skippedUpdates: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly best?: { metric: string; value: number; update: number };
}

/** What a checkpoint holds: student, teacher and the optimizer's moments. */
export function checkpointContents(state: ModelState, standing: Standing): CheckpointContents {
  const { update, perEpoch, batchSize, skipped, skippedUpdates, metrics, best } = standing;
  const epoch = Math.floor(update / perEpoch);
  return {
    state: {
      update,
      epoch,
      position: Math.round((update - epoch * perEpoch) * batchSize),
      counters: { samples: Math.round(update * batchSize), skipped, skippedUpdates },
      metrics: { ...metrics },
      ...(best ? { best } : {}),
      versions: { d2v: version, node: process.versions.node },
    },
    groups: {
      student: () => download(state.student),
      teacher: () => download(state.teacher),
      m: () => download(state.moments.m),
      v: () => download(state.moments.v),
    },
  };
}

/** The tensors of a checkpoint. The caller disposes them. */
export async function restoreState(checkpoint: Checkpoint): Promise<ModelState> {
  const group = async (name: string): Promise<Weights> => uploadWeights(await checkpoint.tensors(name));
  return {
    student: await group('student'),
    teacher: await group('teacher'),
    moments: { m: await group('m'), v: await group('v') },
  };
}

/** Host tensors → weights. The caller disposes them. */
export function uploadWeights(host: HostTensors): Weights {
  return Object.fromEntries(Object.entries(host).map(([name, { data, shape }]) => [name, tensor(data, [...shape])]));
}

/** Weights → host tensors. */
export async function download(weights: Weights): Promise<HostTensors> {
  const entries = Object.entries(weights).map(
    async ([name, value]: [string, Tensor]): Promise<[string, HostTensor]> => [
      name,
      { data: (await value.data()) as HostTensor['data'], shape: value.shape },
    ],
  );
  return Object.fromEntries(await Promise.all(entries));
}
