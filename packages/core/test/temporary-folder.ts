import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder for one test file's data; it is removed after its tests. */
export function temporaryFolder(): {
  path: (name: string) => string;
  write: (name: string, data: string | Uint8Array) => string;
} {
  const root = mkdtempSync(join(tmpdir(), 'd2v-core-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const path = (name: string): string => join(root, name);
  return {
    path,
    write: (name, data) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), data);
      return path(name);
    },
  };
}
