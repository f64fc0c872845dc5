import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareFixture } from '../parity/compare.js';
import { withinTolerance, worst } from '../parity/report.js';

const beside = fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));
const folder = resolve(process.env.D2V_FIXTURES ?? beside);

/**
 * Declares a test for each fixture: everything that PyTorch's model computes, ours does too.
 *
 * @param more groups of tensors to expect beside those that every fixture has
 */
export function testParity(fixtures: readonly string[], more: readonly string[] = []): void {
  test.each(fixtures)("%s: outputs, losses, gradients and the averaged teacher are PyTorch's", async (name) => {
    const groups = await compareFixture(await directoryOf(name));
    const names = groups.map((group) => group.name);
    const always = ['student_encoded', 'loss.*', 'grad.*', 'features', 'ema_after.*'];
    expect(names).toEqual(expect.arrayContaining([...always, ...more]));
    expect(groups.filter((group) => !withinTolerance(group)).map((group) => [group.name, worst(group)])).toEqual([]);
  });
}

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
