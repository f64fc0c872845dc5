import type { Command } from 'commander';
import { loadCommand } from './choose.js';
import { listedCommand, pluginCommand } from './command.js';
import { offeredCommands } from './offers.js';

/**
 * The commands of installed plugins that a command line needs: the one that it calls, loaded, or all by name alone for
 * the help.
 *
 * @param args what follows `d2v`
 * @param own names of d2v's own commands, which no plugin replaces
 * @throws ConfigError when a command is not to be had
 */
export async function pluginCommands(args: readonly string[], own: readonly string[]): Promise<Command[]> {
  const called = args[0] === 'help' ? args[1] : args[0];
  if (called !== undefined && own.includes(called)) return [];
  const offers = offeredCommands().filter(({ command }) => !own.includes(command));
  const found =
    called === undefined || called.startsWith('-') ? undefined : await loadCommand(called, offers, modalityOf(args));
  const names = new Set<string>();
  const listed = offers.filter(({ command }) => command !== found?.name && !names.has(command) && names.add(command));
  const joined = listed.map(({ command, ...offer }) => {
    const all = offers.filter((other) => other.command === command).map(({ modality }) => modality);
    return listedCommand({ ...offer, command, modality: all.join(', ') });
  });
  return [...(found ? [pluginCommand(found)] : []), ...joined];
}

/** The value of `--modality`, before the command that takes it is known. */
function modalityOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--modality' || arg.startsWith('--modality='));
  if (at < 0) return undefined;
  return args[at] === '--modality' ? args[at + 1] : args[at]!.slice('--modality='.length);
}
