import { ConfigError } from '@d2v/core';
import { BACKEND_CHOICES, type BackendChoice } from '@d2v/core/node';
import { Command, Option } from 'commander';
import type { LoadedCommand } from './choose.js';
import type { OfferedCommand } from './offers.js';
import { commandTools } from './tools.js';

/** Options that `d2v` itself gives to every plugin's command. */
const COMMON = ['backend', 'modality', 'help'];

/** A command of `d2v --help` whose plugin is not loaded. */
export const listedCommand = ({ command, description, modality }: OfferedCommand): Command =>
  new Command(command).description(`${description} (${modality})`);

/**
 * A plugin's command as one of `d2v`.
 *
 * @throws ConfigError naming the package when its options cannot be understood
 */
export function pluginCommand({ name, modality, command }: LoadedCommand): Command {
  const { description, options = [], examples, run } = command;
  const result = new Command(name).description(description);
  try {
    if (command.arguments) result.arguments(command.arguments);
    for (const { flags, description: what, default: preset, required } of options) {
      const option = new Option(flags, what).default(preset).makeOptionMandatory(required === true);
      if (COMMON.includes(option.name())) throw new Error(`--${option.name()} is d2v's own`);
      result.addOption(option);
    }
  } catch (cause) {
    throw new ConfigError(`${modality}: the command '${name}' is not well defined: ${(cause as Error).message}`, {
      hint: 'tell the authors of the package',
      cause,
    });
  }
  return result
    .addOption(
      new Option('--backend <name>', 'what computes; default: as in the configuration of the run').choices([
        ...BACKEND_CHOICES,
      ]),
    )
    .addOption(new Option('--modality <package>', 'whose command this is, where several packages have it'))
    .addHelpText('after', examples.length > 0 ? `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}` : '')
    .action(async () => {
      const { backend, modality: _, ...own } = result.opts<OptionValues & { backend?: BackendChoice }>();
      const tools = commandTools(name, backend);
      try {
        await run.call(command, { arguments: result.args, options: own, tools });
        if (tools.signal.aborted) process.exitCode = 130;
      } finally {
        tools.close();
      }
    });
}

type OptionValues = Record<string, string | boolean | undefined>;
