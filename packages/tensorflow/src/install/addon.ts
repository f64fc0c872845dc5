import { BackendError } from '@d2v/core';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { packageDirectory } from '../locate.js';
import { SHARED_PACKAGES, sharedPackage } from '../shared-tfjs.js';
import { NAPI_VERSION, NODE_GYP_VERSION, TFJS_NODE_VERSION, type NodePackage } from '../versions.js';
import { CommandError, runCommand, type Command, type CommandOptions } from './command.js';
import { npmEnvironment } from './tools.js';

/**
 * Installs tfjs-node's JavaScript and sources into `folder`, without its install script and without TensorFlow.js
 * itself, which is the application's (see SHARED_PACKAGES).
 */
export async function installPackage(
  npm: Command,
  name: NodePackage,
  folder: string,
  options: CommandOptions,
): Promise<void> {
  for (const shared of SHARED_PACKAGES) await writePackage(join(folder, 'shared', shared), sharedPackage(shared));
  const manifest = {
    private: true,
    dependencies: Object.fromEntries([
      [name, TFJS_NODE_VERSION],
      ...SHARED_PACKAGES.map((shared) => [shared, `file:./shared/${shared}`]),
    ]),
    overrides: Object.fromEntries(SHARED_PACKAGES.map((shared) => [shared, `$${shared}`])),
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await npmInstall(npm, folder, ['--install-links'], name, options);
}

/**
 * Downloads the official libtensorflow and addon: tfjs-node's own install script.
 *
 * @throws CommandError when the storage bucket cannot be reached or has nothing for this platform
 */
export async function runOfficialInstall(folder: string, name: NodePackage, options: CommandOptions): Promise<void> {
  const { environment = process.env } = options;
  const path = [join(folder, 'node_modules', '.bin'), environment['PATH']].join(delimiter);
  const gpu = name.endsWith('-gpu') ? ['gpu', 'download'] : [];
  await runCommand([process.execPath], ['scripts/install.js', ...gpu], {
    ...options,
    directory: packageDirectory(folder, name),
    environment: { ...environment, PATH: path },
  });
}

/**
 * Compiles the addon against the library and headers in `deps` (about 10 s).
 *
 * @param headers folder whose include/node holds Node.js's headers; absent: node-gyp downloads them
 * @throws BackendError with the end of the compiler's output
 */
export async function compileAddon(
  tools: { npm: Command; python: Command; headers?: string },
  name: NodePackage,
  folder: string,
  options: CommandOptions,
): Promise<void> {
  const directory = packageDirectory(folder, name);
  if (/\s/.test(directory)) {
    throw new BackendError(`the addon cannot be built in a folder with a space in its name: ${directory}`, {
      hint: 'set D2V_CACHE to another folder',
    });
  }
  const gyp = join(folder, 'node-gyp');
  await mkdir(gyp);
  await writeFile(
    join(gyp, 'package.json'),
    JSON.stringify({ private: true, dependencies: { 'node-gyp': NODE_GYP_VERSION } }),
  );
  await npmInstall(tools.npm, gyp, [], 'node-gyp', options);
  try {
    await runCommand(
      [process.execPath, join(gyp, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js')],
      [
        'rebuild',
        `--python=${tools.python[0]}`,
        ...(tools.headers ? [`--nodedir=${tools.headers}`] : []),
        '--module_name=tfjs_binding',
        `--module_path=${join(directory, 'lib', `napi-v${NAPI_VERSION}`)}`,
        `--napi_build_version=${NAPI_VERSION}`,
      ],
      { ...options, directory },
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new BackendError(`the addon of native TensorFlow does not compile:\n${error.tail()}`, {
      hint: "check the C++ compiler; if Node.js's headers are missing, set npm's `nodedir` to the folder that holds include/node",
      cause: error,
    });
  } finally {
    await rm(gyp, { recursive: true, force: true });
    await rm(join(directory, 'build'), { recursive: true, force: true });
  }
}

async function npmInstall(
  npm: Command,
  folder: string,
  more: string[],
  what: string,
  options: CommandOptions,
): Promise<void> {
  try {
    await runCommand(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, ...more], {
      ...options,
      directory: folder,
      environment: npmEnvironment(options.environment ?? process.env),
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new BackendError(`npm cannot install ${what}:\n${error.tail(6)}`, {
      hint: "check the network and npm's registry setting, and run `d2v setup` again",
      cause: error,
    });
  }
}

async function writePackage(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
