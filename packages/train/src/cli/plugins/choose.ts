import { ConfigError, type PluginCommand } from '@d2v/core';
import { loadPlugin } from '../../api/load-plugin.js';
import type { OfferedCommand } from './offers.js';

/** A command of a plugin that is loaded. */
export interface LoadedCommand {
  readonly name: string;
  /** The package that has it. */
  readonly modality: string;
  readonly command: PluginCommand;
}

/**
 * Loads a command that a plugin offers.
 *
 * @param modality the package or module to take it from; needed where several packages offer it
 * @returns nothing where no plugin offers it and none is named
 * @throws ConfigError when several packages offer it, or the one that is named does not have it
 */
export async function loadCommand(
  name: string,
  offers: readonly OfferedCommand[],
  modality?: string,
): Promise<LoadedCommand | undefined> {
  const packages = offers.filter(({ command }) => command === name).map((offer) => offer.modality);
  if (modality === undefined && packages.length > 1) {
    throw new ConfigError(`'${name}' is a command of ${packages.join(' and of ')}`, {
      key: 'modality',
      hint: `say which: d2v ${name} --modality ${packages[0]}`,
    });
  }
  const chosen = modality ?? packages[0];
  if (chosen === undefined) return undefined;
  const plugin = await loadPlugin(chosen);
  const commands = (await plugin.commands?.()) ?? {};
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return { name, modality: chosen, command };
  const has = Object.keys(commands);
  const others = packages.filter((each) => each !== chosen);
  throw new ConfigError(`${chosen} has no command '${name}'${has.length > 0 ? `; it has ${has.join(', ')}` : ''}`, {
    key: 'modality',
    hint:
      others.length > 0
        ? `'${name}' is a command of ${others.join(' and of ')}`
        : `'d2v.commands' in a plugin's package.json and its 'commands' name the same commands`,
  });
}
