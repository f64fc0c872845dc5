import { SampleError } from '@d2v/core';
import { loadPlugin } from '../api/load-plugin.js';
import { openSource, type LocalSource, type SampleRequest, type SourceDescription } from './source.js';

/** What the main thread asks of a worker. */
export interface WorkerTask {
  readonly modality: string;
  readonly source: SourceDescription;
  readonly request: SampleRequest;
}

/** A sample, or why there is none: error classes do not survive the way between threads. */
export type WorkerAnswer =
  { readonly sample: unknown } | { readonly bad: { readonly sample: string; readonly problem: string } };

let opened: Promise<LocalSource> | undefined;

/** Runs in a worker thread: opens the dataset once, then loads and transforms one sample after the other. */
export default async function load({ modality, source, request }: WorkerTask): Promise<WorkerAnswer> {
  opened ??= loadPlugin(modality).then((plugin) => openSource(plugin, source));
  try {
    return { sample: await (await opened).load(request) };
  } catch (error) {
    if (!(error instanceof SampleError)) throw error;
    return { bad: { sample: error.sample, problem: error.message.slice(`${error.sample}: `.length) } };
  }
}
