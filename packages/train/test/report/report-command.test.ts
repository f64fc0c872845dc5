import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  backboneSchema,
  CheckpointError,
  ConfigError,
  createNetwork,
  initialise,
  RandomStream,
  type AnyPlugin,
  type Dataset,
} from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { arrayDataset, vision } from '@d2v/vision';
import { dispose } from '@tensorflow/tfjs-core';
import { report, type ReportedRun } from '../../src/api/report.js';
import type { RunConfig } from '../../src/config/index.js';
import { demoConfig, temporaryFolder, writeRun } from './fixture.js';

beforeAll(() => loadBackend('wasm'));

const encoder = vision.configSchema.parse({ imageSize: 8, patchSize: 2, channels: 1 });
const backbone = backboneSchema.parse({ dim: 16, depth: 1, heads: 2 });
const config = {
  ...demoConfig,
  encoder,
  backbone,
  data: { train: { reader: 'opened' }, transform: vision.transformSchema.parse({}) },
};

const images = (name: string): Dataset =>
  arrayDataset({ pixels: Uint8Array.from({ length: 12 * 64 }, (_, i) => (i * 37) % 251), shape: [12, 8, 8], name });

let disposed = 0;

/** What `loadRun` does, without a checkpoint on disk. */
async function load(): Promise<ReportedRun> {
  const plugin = vision as AnyPlugin;
  const network = createNetwork(plugin, { encoder, backbone });
  const weights = initialise(network.parameters, new RandomStream([1]));
  const free = (): void => {
    disposed++;
    dispose(weights as Record<string, never>);
  };
  return { plugin, config: config as unknown as RunConfig, network, weights, dispose: free };
}

describe('report', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(async () => {
    disposed = 0;
    folder = temporaryFolder();
    await writeRun(folder.path, { config, records: [{ update: 1, loss: 1 }] });
  });
  afterEach(() => folder.remove());

  const text = (path: string): string => readFileSync(path, 'utf8');

  test('draws figures with the run’s model and data, and frees the model', async () => {
    const data = { train: images('train'), validation: images('validation') };
    const page = text(await report({ run: folder.path, load, data, limits: { queries: 2, samples: 2 } }));
    expect(page).toContain('<section id="masks">');
    expect(page).toContain('<section id="tokens">');
    expect(page).toContain('the most similar of 12 training samples');
    expect(page).toContain('title="validation[');
    expect(disposed).toBe(1);
  });

  test('a run whose data the program had opened has a report that says why there are no figures', async () => {
    const page = text(await report({ run: folder.path, load }));
    expect(page).toContain('the run was given a dataset for data.train that its program had opened');
    expect(page).not.toContain('<section id="masks">');
    expect(disposed).toBe(1);
  });

  test('a run without a checkpoint has one too', async () => {
    const none = (): Promise<never> => Promise.reject(new CheckpointError('there is no checkpoint yet'));
    expect(text(await report({ run: folder.path, load: none }))).toContain('there is no checkpoint yet');
  });

  test('without figures, no model is loaded', async () => {
    const page = text(
      await report({ run: folder.path, load: () => Promise.reject(new Error('loaded')), figures: false }),
    );
    expect(page).not.toContain('<section id="no-figures">');
    expect(page).toContain('<section id="curves">');
  });

  test('a bug while drawing is no missing figure', async () => {
    const bug = (): Promise<never> => Promise.reject(new TypeError('a bug'));
    await expect(report({ run: folder.path, load: bug })).rejects.toThrow('a bug');
  });

  test('a folder that is no run is named', async () => {
    const path = join(folder.path, 'other');
    await expect(report({ run: path, load })).rejects.toThrow(ConfigError);
    await expect(report({ run: path, load })).rejects.toThrow(`${path} is no run`);
    expect(existsSync(path)).toBe(false);
  });
});
