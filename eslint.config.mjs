import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const nodeModules = {
  group: ['node:*'],
  message: "Runs in a browser: put Node's modules behind the './node' entry point.",
};

/** Who may import whom, by the tags of the packages' manifests. */
const packages = [
  { sourceTag: 'scope:core', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:modality', onlyDependOnLibsWithTags: ['scope:core'] },
  { sourceTag: 'scope:tensorflow', onlyDependOnLibsWithTags: ['scope:core'] },
  { sourceTag: 'scope:train', onlyDependOnLibsWithTags: ['scope:core'] },
  {
    sourceTag: 'scope:example',
    onlyDependOnLibsWithTags: ['scope:core', 'scope:train', 'scope:tensorflow', 'scope:modality'],
  },
  { sourceTag: 'scope:tools', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:workspace', onlyDependOnLibsWithTags: ['*'] },
];

/** The trainer's tests train a real modality. */
const packagesInTests = packages.map((constraint) =>
  constraint.sourceTag === 'scope:train'
    ? { ...constraint, onlyDependOnLibsWithTags: ['scope:core', 'scope:modality', 'scope:tensorflow'] }
    : constraint,
);

const boundaries = (depConstraints, options) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      allow: ['^.*/eslint(\\.base)?\\.config\\.[cm]?[jt]s$', '^.*/tools/(build|jest|parity)/.*$'],
      depConstraints,
      ...options,
    },
  ],
});

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', 'docs/api', '**/*.d.ts', '.nx', '**/files', 'scratch'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.mjs'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_+$', varsIgnorePattern: '^_+$' }],
      ...boundaries(packages),
    },
  },
  {
    // Tests and examples may import their own package by name, as a user does.
    files: ['**/test/**/*.ts', 'examples/**/*.mjs'],
    rules: boundaries(packagesInTests, { allowCircularSelfDependency: true }),
  },
  {
    // The repository's own tools look into every package.
    files: ['bench/**', 'tools/**'],
    ignores: ['tools/plugin/**'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: ['packages/{core,vision,speech,text}/src/**/*.ts'],
    ignores: ['packages/*/src/node/**', 'packages/*/src/node.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [nodeModules] }] },
  },
);
