import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A command that an installed plugin announces in its package.json. */
export interface OfferedCommand {
  readonly command: string;
  readonly description: string;
  /** The package that has it. */
  readonly modality: string;
}

interface Manifest {
  readonly name?: unknown;
  readonly d2v?: { readonly commands?: Readonly<Record<string, unknown>> };
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly optionalDependencies?: object;
}

/**
 * The commands of the plugins that are installed, by the field `d2v.commands` of their package.json; no package is
 * loaded for it. Looked at are, from `folder` upwards and then from this package upwards, packages whose name says that
 * they are plugins (`@d2v/…`, `d2v-plugin-…`, `@scope/d2v-plugin-…`) and direct dependencies of whatever is in these
 * folders. Of a package that is installed twice the nearest counts.
 */
export function offeredCommands(folder: string = process.cwd()): OfferedCommand[] {
  const packages = new Map<string, Manifest>();
  for (const start of [folder, dirname(fileURLToPath(import.meta.url))]) {
    for (const place of upwards(start)) {
      const modules = join(place, 'node_modules');
      for (const name of [...pluginNames(modules), ...dependencies(place)]) {
        if (packages.has(name)) continue;
        const manifest = readManifest(join(modules, name));
        if (manifest) packages.set(name, manifest);
      }
    }
  }
  return [...packages].flatMap(([modality, { d2v }]) =>
    Object.entries(d2v?.commands ?? {}).map(([command, description]) => ({
      command,
      description: String(description),
      modality,
    })),
  );
}

/** A folder and all above it, the nearest first. */
function upwards(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}

/** Packages in a `node_modules` whose name says that they are plugins, in alphabetical order. */
function pluginNames(modules: string): string[] {
  const isPlugin = (name: string): boolean => name.startsWith('d2v-plugin-');
  return list(modules)
    .flatMap((name) => {
      if (!name.startsWith('@')) return isPlugin(name) ? [name] : [];
      const inScope = list(join(modules, name)).filter((own) => name === '@d2v' || isPlugin(own));
      return inScope.map((own) => `${name}/${own}`);
    })
    .sort();
}

function dependencies(folder: string): string[] {
  const manifest = readManifest(folder);
  return Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies, ...manifest?.optionalDependencies });
}

/** Nothing where there is no such folder. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Nothing where there is none, or it is no JSON: other tools complain about that. */
function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}
