import { BackendError } from '@d2v/core';
import { Command } from 'commander';
import { createProgress } from '../progress/index.js';

/** What this command needs of @d2v/tensorflow, which need not be installed. */
interface NativePackage {
  loadTensorFlow(options: { gpu?: boolean }): Promise<{ version: string; gpu: boolean }>;
  installTensorFlow(options: {
    gpu?: boolean;
    onProgress?: (progress: { stage: string; fraction: number; message: string }) => void;
  }): Promise<{ version: string; gpu: boolean }>;
}

const PACKAGE = '@d2v/tensorflow';

export const setupCommand = (): Command =>
  new Command('setup')
    .description('make native TensorFlow work here: several times faster than the default')
    .option('--gpu', 'for an NVIDIA GPU')
    .addHelpText(
      'after',
      `
Uses the official binary where it loads, else builds the addon against pip's TensorFlow into a cache folder
(D2V_CACHE, by default ~/.cache/d2v). Needs Python with pip, make and a C++ compiler for the latter.`,
    )
    .action(async ({ gpu = false }: { gpu?: boolean }) => {
      const native = await load();
      const found = await native.loadTensorFlow({ gpu }).catch(() => undefined);
      if (found) return console.log(`native TensorFlow ${found.version} is ready`);
      const progress = createProgress({ total: 100, unit: 'setup', interval: 5 });
      try {
        let said = '';
        const onProgress = ({
          stage,
          fraction,
          message,
        }: {
          stage: string;
          fraction: number;
          message: string;
        }): void => {
          if (stage !== said) progress.say(message);
          said = stage;
          progress.step(Math.round(100 * fraction), 0);
        };
        await native.installTensorFlow({ gpu, onProgress });
      } finally {
        progress.stop();
      }
      const { version } = await native.loadTensorFlow({ gpu });
      console.log(`native TensorFlow ${version} is ready`);
    });

async function load(): Promise<NativePackage> {
  try {
    return (await import(PACKAGE)) as NativePackage;
  } catch (cause) {
    throw new BackendError(`${PACKAGE} is not installed`, {
      hint: `npm install ${PACKAGE}, then run this again`,
      cause,
    });
  }
}
