import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError, type AnyPlugin } from '@d2v/core';

/**
 * The plugin that a package exports as its default, found as the application in the working directory would find it.
 *
 * @param name a package (`@d2v/vision`, `d2v-plugin-ecg`) or a path of a module (`./my-plugin.js`)
 * @throws ConfigError when there is no such package, or it exports no plugin
 */
export async function loadPlugin(name: string): Promise<AnyPlugin> {
  let module: { default?: unknown };
  try {
    module = (await import(locate(name))) as { default?: unknown };
  } catch (cause) {
    throw new ConfigError(`cannot load the modality '${name}': ${(cause as Error).message}`, {
      key: 'modality',
      hint: `npm install ${name}`,
      cause,
    });
  }
  const plugin = module.default as Partial<AnyPlugin> | undefined;
  if (typeof plugin?.createEncoder !== 'function' || !plugin.configSchema) {
    throw new ConfigError(`'${name}' does not export a plugin as its default`, {
      key: 'modality',
      hint: 'a modality package ends with `export default definePlugin({ … })`',
    });
  }
  return plugin as AnyPlugin;
}

/** A path becomes a URL; a package that the application has installed is found there, else beside this package. */
function locate(name: string): string {
  if (/^\.{0,2}[\\/]/.test(name)) return pathToFileURL(join(process.cwd(), name)).href;
  try {
    const application = createRequire(join(process.cwd(), 'package.json'));
    return pathToFileURL(application.resolve(name)).href;
  } catch {
    return name;
  }
}
