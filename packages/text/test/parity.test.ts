import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareFixture } from '../../../tools/parity/compare.js';
import { withinTolerance, worst } from '../../../tools/parity/report.js';
import { useBackend } from './encoder/backend.js';

beforeAll(useBackend);

const beside = fileURLToPath(new URL('../../../../shared/fixtures', import.meta.url));
const folder = resolve(process.env.D2V_FIXTURES ?? beside);

/** @throws Error that says where the reference model's files are expected */
async function directoryOf(fixture: string): Promise<string> {
  const directory = join(folder, fixture);
  await access(join(directory, 'expected.safetensors')).catch((cause: unknown) => {
    throw new Error(
      `${directory} holds no fixture; fixtures are expected in ../shared/fixtures beside the repository, or where the environment variable D2V_FIXTURES says`,
      { cause },
    );
  });
  return directory;
}

test.each(['text1', 'text2-padded', 'text2-base-recipe'])(
  "%s: outputs, losses, gradients and the averaged teacher are PyTorch's",
  async (name) => {
    const groups = await compareFixture(await directoryOf(name));
    const names = groups.map((group) => group.name);
    expect(names).toEqual(expect.arrayContaining(['student_encoded', 'loss.*', 'grad.*', 'features', 'ema_after.*']));
    expect(groups.filter((group) => !withinTolerance(group)).map((group) => [group.name, worst(group)])).toEqual([]);
  },
);
