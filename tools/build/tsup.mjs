/**
 * The one build recipe of every package: ESM, types, source maps.
 *
 * @param {Record<string, string>} entry path in `dist` without its extension → source file
 * @returns {import('tsup').Options}
 */
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
