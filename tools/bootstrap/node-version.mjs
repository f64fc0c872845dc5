/** The first Node.js whose `require` can load an ES module, which TensorFlow.js and Nx plugins here need. */
export const MINIMUM_NODE = [20, 19];

/**
 * What is wrong with a version of Node.js, or nothing.
 *
 * @param {string} version such as '20.20.2'
 * @returns {string | undefined}
 */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = MINIMUM_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `this is Node.js ${version}, but ${leastMajor}.${leastMinor} or later is needed\n  → install one from https://nodejs.org, then run the same command again`;
}
