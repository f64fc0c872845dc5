import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** A folder for one test file's data; it is removed after its tests. */
export function temporaryFolder(): {
  path: (name: string) => string;
  write: (name: string, data: string | Uint8Array) => Promise<string>;
} {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'd2v-vision-'));
  });
  afterAll(() => rm(root, { recursive: true }));
  return {
    path: (name) => join(root, name),
    write: async (name, data) => {
      const path = join(root, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, data);
      return path;
    },
  };
}

/** An even image of 4×3 pixels. */
export const image = (background = '#336699', format: 'png' | 'jpeg' = 'png'): Promise<Buffer> =>
  sharp({ create: { width: 4, height: 3, channels: 3, background } })
    .toFormat(format)
    .toBuffer();

/** What a promise is rejected with; fails the test where it is not. */
export async function rejection(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}
