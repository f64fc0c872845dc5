import { open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { ConfigError, safetensorsChunks, type HostTensor } from '@d2v/core';
import {
  extractFeatures,
  npyChunks,
  type FeatureProgress,
  type FeatureSet,
  type PoolOptions,
} from '../features/index.js';
import { loadRun, type LoadRunOptions } from './load-run.js';
import { openSamples, type DataInput } from './open-data.js';

export interface EmbedOptions extends LoadRunOptions, PoolOptions {
  /** A run folder, or a checkpoint folder. */
  readonly run: string;
  /** Files and folders of the run's modality; give these or `data`. */
  readonly files?: readonly string[];
  readonly data?: DataInput;
  /** `x.npy`, or `x.safetensors` with tensors `features` and, of labelled data, `labels`. Absent: nothing is written. */
  readonly out?: string;
  /** Samples at once; default 64. */
  readonly batchSize?: number;
  readonly onProgress?: FeatureProgress;
}

export interface Embeddings extends FeatureSet {
  /** Beside `out`: one JSON object a sample, `{ "name": …, "label": …, "class": … }`, in the order of the rows. */
  readonly namesPath?: string;
}

/**
 * One vector a sample from a run's frozen network, in memory and, with `out`, on disk.
 *
 * @throws ConfigError for an `out` of another kind; what `loadRun` and `extractFeatures` throw
 */
export async function embed(options: EmbedOptions): Promise<Embeddings> {
  const { files, data, out, pool, layers, batchSize, onProgress } = options;
  const kind = out === undefined ? undefined : formatOf(out);
  if ((files === undefined) === (data === undefined)) {
    throw new ConfigError('embed: give either files or data', { key: 'files' });
  }
  const run = await loadRun(options.run, options);
  try {
    const { plugin, config, network, weights } = run;
    const input = data ?? (await plugin.openFiles(files!));
    const source = await openSamples(plugin, config, input);
    try {
      const set = await extractFeatures({ network, weights, source, pool, layers, batchSize, onProgress });
      if (out === undefined) return set;
      await writeFile(out, kind === 'npy' ? npyChunks(set.features, [set.size, set.dim]) : safetensors(set));
      const namesPath = `${out.slice(0, -extname(out).length)}.names.jsonl`;
      await writeFile(namesPath, [new TextEncoder().encode(nameLines(set))]);
      return { ...set, namesPath };
    } finally {
      await source.close();
    }
  } finally {
    run.dispose();
  }
}

function formatOf(out: string): 'npy' | 'safetensors' {
  const extension = extname(out).slice(1);
  if (extension === 'npy' || extension === 'safetensors') return extension;
  throw new ConfigError(`embed: cannot write ${out}`, { key: 'out', hint: 'name a file .npy or .safetensors' });
}

function safetensors({ features, labels, size, dim }: FeatureSet): Iterable<Uint8Array> {
  const tensors: [string, HostTensor][] = [['features', { data: features, shape: [size, dim] }]];
  if (labels) tensors.push(['labels', { data: labels, shape: [size] }]);
  return safetensorsChunks(new Map(tensors));
}

function nameLines({ names, labels, classes }: FeatureSet): string {
  const line = (name: string, i: number): string => {
    const label = labels?.[i];
    return `${JSON.stringify({ name, label, class: label === undefined ? undefined : classes?.[label] })}\n`;
  };
  return names.map(line).join('');
}

/** Under another name first, so that a file is never half there. */
async function writeFile(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.writing`;
  try {
    const file = await open(temporary, 'w');
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
