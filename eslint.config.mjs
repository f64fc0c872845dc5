import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const nodeModules = { group: ['node:*'], message: "Runs in a browser: put Node's modules behind the './node' entry point." };

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', 'docs/api', '**/*.d.ts', '.nx', '**/files'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.mjs'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['^.*/eslint(\\.base)?\\.config\\.[cm]?[jt]s$', '^.*/tools/(build|jest|parity)/.*$'],
          depConstraints: [
            { sourceTag: 'scope:core', onlyDependOnLibsWithTags: [] },
            { sourceTag: 'scope:modality', onlyDependOnLibsWithTags: ['scope:core'] },
            { sourceTag: 'scope:tensorflow', onlyDependOnLibsWithTags: ['scope:core'] },
            { sourceTag: 'scope:train', onlyDependOnLibsWithTags: ['scope:core'] },
            { sourceTag: 'scope:tools', onlyDependOnLibsWithTags: ['*'] },
            { sourceTag: 'scope:workspace', onlyDependOnLibsWithTags: ['*'] },
          ],
        },
      ],
    },
  },
  {
    files: ['packages/{core,vision}/src/**/*.ts'],
    ignores: ['packages/*/src/node/**', 'packages/*/src/node.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [nodeModules] }] },
  },
);
