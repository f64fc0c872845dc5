// Fetches Debian packages and unpacks them without installing them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export const languages = ['en', 'es', 'fr', 'it', 'ru'] as const;
export type Language = (typeof languages)[number];

/** The prompts in each language (CC-BY-SA 3.0, fr and ru CC-BY 3.0), and a Russian speaker (BSD-like): 234 MB. */
export const corpora = [...languages, 'festvox-ru'] as const;
export type Corpus = (typeof corpora)[number];

const packagesOf = (wanted: readonly Corpus[]): string[] =>
  wanted.flatMap((corpus) =>
    corpus === 'festvox-ru' ? [corpus] : [`asterisk-core-sounds-${corpus}-g722`, `asterisk-core-sounds-${corpus}`],
  );

/**
 * A folder that holds the unpacked packages of some corpora: the one that is given, or `cache`, filled where something is
 * missing.
 */
export function speechPackages(given: string | undefined, cache: string, wanted: readonly Corpus[]): string {
  if (given) return given;
  mkdirSync(cache, { recursive: true });
  for (const name of packagesOf(wanted)) if (!existsSync(join(cache, 'usr/share/doc', name))) fetch(name, cache);
  return cache;
}

function fetch(name: string, cache: string): void {
  console.log(`fetching the Debian package ${name} …`);
  const [download, unpacked] = [join(cache, 'download'), join(cache, 'unpacked')];
  for (const folder of [download, unpacked]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  try {
    execFileSync('apt-get', ['download', name], { cwd: download, stdio: ['ignore', 'ignore', 'pipe'] });
    execFileSync('dpkg-deb', ['-x', join(download, readdirSync(download)[0]!), unpacked]);
  } catch (cause) {
    throw new Error(
      `cannot fetch ${name}: run \`apt-get update\` first, or give a folder with --data into which the packages ` +
        `${packagesOf(corpora).join(', ')} are unpacked (dpkg-deb -x)`,
      { cause },
    );
  }
  move(unpacked, cache);
  rmSync(download, { recursive: true });
  rmSync(unpacked, { recursive: true });
}

/** Moves a tree into another one; the folder of the documentation, which marks a package as whole, comes last. */
function move(from: string, to: string): void {
  const names = readdirSync(from).sort((a, b) => Number(a === 'doc') - Number(b === 'doc'));
  for (const name of names) {
    const [source, target] = [join(from, name), join(to, name)];
    if (existsSync(target)) move(source, target);
    else renameSync(source, target);
  }
}
