import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { z } from 'zod';
import { configurationReference } from '../docs/configuration.js';
import { kinds } from '../docs/kinds.js';
import { workspaceRoot } from './support/workspace.js';

test('docs/configuration.md is what the schemas say (else: npm run docs:configuration)', async () => {
  const expected = await prettier.format(configurationReference(kinds), { parser: 'markdown', printWidth: 120 });
  expect(await readFile(join(workspaceRoot, 'docs/configuration.md'), 'utf8')).toBe(expected);
});

test('a section appears once, unless the second command has other keys', () => {
  const shared = z.strictObject({ a: z.number().default(1).describe('A | B.') }).describe('Shared.');
  const first = z.strictObject({ shared, own: z.string().describe('Needed.') });
  const second = z.strictObject({ shared, other: z.boolean().optional().describe('Not needed.') });
  const text = configurationReference([
    { title: 'One', text: 'First.', schema: first },
    { title: 'Two', text: 'Second.', schema: second },
  ]);
  expect(text.match(/### `shared`/g)).toHaveLength(1);
  expect(text).toContain('| `shared.a` | number | `1` | A \\| B. |');
  expect(text).toContain('| `own` | text | **required** | Needed. |');
  expect(text.slice(text.indexOf('## Two'))).toContain('| `other` | true or false |  | Not needed. |');
});
