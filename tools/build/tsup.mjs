/** The one build recipe of every package: ESM, types, source maps. */
export const library = (entry) => ({
  entry,
  format: ['esm'],
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  clean: true,
  splitting: true,
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
});
