// node tools/ci/fixtures.mjs FOLDER: the parity fixtures in it whose modality is a package here, one a line.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '../bootstrap/root.mjs';

/** What a fixture calls its modality → the package's folder. @type {Record<string, string>} */
const PACKAGES = { image: 'vision', audio: 'speech', text: 'text' };

const folder = process.argv[2] ?? '';
for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
  const fixture = join(folder, name);
  if (!existsSync(join(fixture, 'weights.safetensors'))) continue;
  const { modality } = JSON.parse(readFileSync(join(fixture, 'config.json'), 'utf8'));
  if (existsSync(join(workspaceRoot, 'packages', PACKAGES[modality] ?? '', 'package.json'))) console.log(fixture);
}
