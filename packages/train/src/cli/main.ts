import { createRequire } from 'node:module';
import { D2vError } from '@d2v/core';
import { Command, CommanderError } from 'commander';
import { embedCommand } from './embed.js';
import { evaluateCommand } from './evaluate.js';
import { finetuneCommand } from './finetune.js';
import { inspectCommand } from './inspect.js';
import { pluginCommands } from './plugins/index.js';
import { pretrainCommand } from './pretrain.js';
import { probeCommand } from './probe.js';
import { reportCommand } from './report.js';
import { setupCommand } from './setup.js';

const { version } = createRequire(import.meta.url)('@d2v/train/package.json') as { version: string };

const EXAMPLES = `
Examples:
  d2v pretrain fashion.yaml --out runs/fashion      learn from unlabelled images
  d2v pretrain fashion.yaml --out runs/fashion      … the same again: goes on where it stopped
  d2v probe runs/fashion                            how good are its features?
  d2v finetune labels.yaml --from runs/fashion --out runs/labels
  d2v evaluate runs/labels
  d2v embed runs/fashion photos/ --out photos.npy
  d2v inspect runs/fashion
  d2v setup                                         native TensorFlow, several times faster`;

/** The `d2v` command, with the commands of installed plugins. Errors that d2v throws on purpose are shown without a stack. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('d2v')
    .description('data2vec for TypeScript: learn from images, speech and text without labels')
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for examples)')
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  const own = [
    pretrainCommand(),
    probeCommand(),
    finetuneCommand(),
    evaluateCommand(),
    embedCommand(),
    inspectCommand(),
    reportCommand(),
    setupCommand(),
  ];
  try {
    const names = own.map((command) => command.name());
    const plugins = await pluginCommands(argv.slice(2), names);
    for (const command of [...own, ...plugins]) program.addCommand(command.exitOverride());
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      process.exitCode = 1;
      console.error(D2vError.isInstance(error) ? `${error.name}: ${error.message}` : error);
    }
  }
}
