// Loads the samples of a folder or list in this process and in worker threads, and prints what came:
// node workers.ts PATH [PLUGIN [ENCODER [READER]]]
import { createHash } from 'node:crypto';
import { SampleError } from '@d2v/core';
import { loadPlugin } from '../../src/api/load-plugin.js';
import { openSource, type SampleSource, type SourceDescription } from '../../src/data/source.js';
import { WorkerSource } from '../../src/data/worker-source.js';

const [, , path, name = '@d2v/vision', encoder = '{"imageSize": 8, "patchSize": 2, "channels": 1}', reader = 'folder'] =
  process.argv;
const plugin = await loadPlugin(name);
const description: SourceDescription = {
  dataset: { reader, ...(plugin.datasets[reader]!.schema.parse({ path }) as object) },
  transform: plugin.transformSchema.parse({}),
  encoder: plugin.configSchema.parse(JSON.parse(encoder)),
  mode: 'pretrain',
};

async function loaded(source: SampleSource) {
  const load = async (index: number): Promise<string | { sample: string; message: string }> => {
    try {
      const sample = (await source.load({ index, key: [1, 'augment', 7, index] })) as Record<string, unknown>;
      const values = (sample.pixels ?? sample.waveform) as Float32Array;
      return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
    } catch (error) {
      if (!(error instanceof SampleError)) throw error;
      return { sample: error.sample, message: error.message };
    }
  };
  const indices = Array.from({ length: source.size }, (_, i) => i);
  const samples = await Promise.all(indices.map(load));
  const names = indices.map((index) => source.name(index));
  const labels = indices.map((index) => source.label?.(index) ?? null);
  const annotations = indices.map((index) => source.annotation?.(index) ?? null);
  await source.close();
  return { names, labels, annotations, classes: source.classes ?? null, samples };
}

const local = await loaded(await openSource(plugin, description));
const threads = await loaded(await WorkerSource.open(plugin, description, { modality: plugin.name, threads: 2 }));
process.stdout.write(JSON.stringify({ local, threads }));
