/**
 * @typedef {{ version?: string, optional?: boolean, dev?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 * @typedef {{ path: string, name: string, version: string, parent: string }} Missing
 */

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/**
 * The optional dependencies that a lock file does not hold. npm leaves out those of other platforms when it writes a
 * lock file beside an existing node_modules, or cannot reach them (https://github.com/npm/cli/issues/4828); `npm ci`
 * then fails, and on those platforms the package is never installed.
 *
 * @param {Lock} lock
 * @returns {Missing[]}
 */
export function missingOptional({ packages }) {
  return Object.entries(packages).flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !lookUp(packages, parent, name))
      .map(([name, version]) => ({ path: beside(parent, name), name, version, parent })),
  );
}

/**
 * Adds what is missing, with the platform that its name states.
 *
 * @param {Lock} lock is changed
 * @returns {Missing[]} what was added
 * @throws Error for a package whose version is a range or whose name states no platform
 */
export function completeLock(lock) {
  const missing = missingOptional(lock);
  for (const { path, name, version, parent } of missing) {
    if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name}: ${parent} asks for ${version}, not for one version`);
    const dev = lock.packages[parent]?.dev;
    lock.packages[path] = { version, ...platform(name), ...(dev && { dev }), optional: true };
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => (a === b ? 0 : a.localeCompare(b, 'en') < 0 ? -1 : 1)),
  );
  return missing;
}

/**
 * The platform that a binary package is for: `@swc/core-linux-arm64-musl`.
 *
 * @param {string} name
 */
export function platform(name) {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name}: its name states no platform`);
  const abi = words[words.length - 1] ?? '';
  const libc = os[0] !== 'linux' ? [] : abi.startsWith('musl') ? ['musl'] : abi.startsWith('gnu') ? ['glibc'] : [];
  return { cpu, os, ...(libc.length > 0 && { libc }) };
}

/**
 * Whether the package at `parent` finds `name` in its node_modules or one further up.
 *
 * @param {Lock['packages']} packages
 * @param {string} parent
 * @param {string} name
 */
function lookUp(packages, parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (packages[`${folder}${folder && '/'}node_modules/${name}`]) return true;
    if (!folder.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined;
  }
}

/**
 * @param {string} parent
 * @param {string} name
 */
function beside(parent, name) {
  const at = parent.lastIndexOf('node_modules/');
  return `${at < 0 ? '' : parent.slice(0, at)}node_modules/${name}`;
}
