import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const INSIDE = 'usr/share/datasets/fashion-mnist';

/**
 * The folder with Fashion-MNIST's four .gz files: the one that is given, or the Debian package `dataset-fashion-mnist`
 * (30.9 MB, MIT), unpacked into `cache` without installing it.
 */
export function fashionMnist(given: string | undefined, cache: string): string {
  if (given) return checked(given);
  const folder = join(cache, INSIDE);
  if (existsSync(join(folder, 'train-images-idx3-ubyte.gz'))) return folder;
  mkdirSync(cache, { recursive: true });
  console.log('fetching the Debian package dataset-fashion-mnist …');
  try {
    execFileSync('apt-get', ['download', 'dataset-fashion-mnist'], {
      cwd: cache,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [file] = readdirSync(cache).filter((name) => name.endsWith('.deb'));
    execFileSync('dpkg-deb', ['-x', file!, '.'], { cwd: cache });
  } catch (cause) {
    throw new Error(
      'cannot fetch dataset-fashion-mnist: run `apt-get update` first, or give a folder with --data that holds ' +
        'train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz',
      { cause },
    );
  }
  return checked(folder);
}

function checked(folder: string): string {
  const missing = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']
    .map((name) => `${name}-ubyte.gz`)
    .filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) throw new Error(`${folder} lacks ${missing.join(', ')}`);
  return folder;
}
