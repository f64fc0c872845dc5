import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tone, wav } from '../../../../tools/jest/wav.js';

/** A folder of test files that is gone after the tests of its file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'd2v-speech-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, by their path below the folder. */
export function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** A recording of so many samples at 16 kHz. */
export const sound = (samples: number): Uint8Array => wav(tone(440, samples));
