/** Options of Node.js with which a script runs the packages' sources instead of their builds. */
export const SOURCES: readonly string[] = [
  '--conditions=@d2v/source',
  '--import',
  new URL('../typescript.mjs', import.meta.url).href,
];
