import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry } from 'yauzl';

/**
 * Extracts some files of a zip archive (a wheel) and checks them against its checksums.
 *
 * @param place where a file goes, relative to `directory`; undefined leaves it out
 * @param onProgress the fraction of the wanted bytes that is written
 * @returns how many files were written
 * @throws Error when the archive is damaged or cut off
 */
export async function unpack(
  archive: string,
  directory: string,
  place: (name: string) => string | undefined,
  onProgress: (done: number) => void = () => undefined,
): Promise<number> {
  const zip = await openPromise(archive, { autoClose: false });
  try {
    const wanted: { entry: Entry; target: string }[] = [];
    for await (const entry of zip.eachEntry()) {
      const target = entry.fileName.endsWith('/') ? undefined : place(entry.fileName);
      if (target !== undefined) wanted.push({ entry, target: join(directory, target) });
    }
    const total = wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    let written = 0;
    for (const { entry, target } of wanted) {
      await mkdir(dirname(target), { recursive: true });
      const check = checksum(`${archive}: ${entry.fileName}`, entry.crc32, (bytes) =>
        onProgress((written += bytes) / total),
      );
      await pipeline(await zip.openReadStreamPromise(entry), check, createWriteStream(target, { mode: modeOf(entry) }));
    }
    return wanted.length;
  } finally {
    zip.close();
  }
}

/** The text of one file of a zip archive; undefined when `matches` finds none. */
export async function readArchived(archive: string, matches: (name: string) => boolean): Promise<string | undefined> {
  const zip = await openPromise(archive, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (!matches(entry.fileName)) continue;
      const chunks: Buffer[] = [];
      for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    }
    return undefined;
  } finally {
    zip.close();
  }
}

/** The permissions that the archive gives a file. */
function modeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
}

function checksum(name: string, expected: number, onBytes: (count: number) => void): Transform {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      onBytes(chunk.length);
      done(null, chunk);
    },
    flush(done) {
      done(sum === expected ? null : new Error(`${name}: its checksum is wrong`));
    },
  });
}
