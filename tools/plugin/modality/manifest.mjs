/** Versions that d2v itself is built and tested with. */
const TOOLS = {
  '@swc/core': '1.16.22',
  '@swc/jest': '0.2.39',
  '@types/jest': '30.0.0',
  '@types/node': '^20.19.0',
  jest: '30.5.2',
  tsup: '8.5.1',
  typescript: '6.0.3',
};
const TFJS = { '@tensorflow/tfjs-core': '4.22.0' };
const ZOD = { zod: '4.6.7' };

/**
 * The package.json of a modality's package.
 *
 * @param {import('./files.mjs').Modality} modality
 */
export function manifest({ name, package: packageName, place, up, version }) {
  const house = place === 'house';
  const jest = place === 'standalone' ? 'node_modules/jest/bin/jest.js' : `${up}node_modules/jest/bin/jest.js`;
  const source = house ? { '@d2v/source': './src/index.ts' } : {};
  return {
    name: packageName,
    version: house ? version : '0.0.0',
    ...(place === 'example' && { private: true }),
    description: `Signals (${name}) as a modality of d2v: data2vec pre-training of one-dimensional recordings`,
    license: 'MIT',
    keywords: ['data2vec', 'd2v-plugin'],
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
    files: ['dist', 'src'],
    exports: {
      '.': { ...source, types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    ...(house && { publishConfig: { access: 'public' } }),
    scripts: {
      build: 'tsup',
      test: `node --experimental-vm-modules --no-warnings ${jest}`,
      typecheck: 'tsc -p tsconfig.json',
      ...(place !== 'standalone' && { lint: 'eslint .' }),
      ...(house
        ? { 'check:package': 'publint --strict && attw --pack --profile esm-only' }
        : { example: 'node example.mjs' }),
    },
    ...(house && { nx: { tags: ['scope:modality'] } }),
    ...(place === 'example' && { nx: { tags: ['scope:example'], targets: { typecheck: { dependsOn: ['^build'] } } } }),
    peerDependencies: house ? TFJS : { '@d2v/core': `>=${version}`, ...TFJS },
    dependencies: house ? { '@d2v/core': version, ...ZOD } : ZOD,
    devDependencies: house ? TFJS : { '@d2v/core': '*', '@d2v/train': '*', ...TOOLS, ...TFJS },
  };
}
