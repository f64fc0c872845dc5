import { ConfigError, wholeNumberOption, type CommandInput, type PluginCommand, type TrainedModel } from '@d2v/core';
import type { EncoderConfig } from '../../encoder/config.js';
import { fillMasks } from '../../task/index.js';
import type { Tokenizer } from '../../tokens/index.js';
import { checkVocabulary, type TransformOptions } from '../../transform/index.js';
import { loadTokenizer } from '../tokenizer-files.js';

/** `d2v fill-mask`: what may stand where a text says `<mask>`. */
export const fillMaskCommand: PluginCommand = {
  description: 'print the most probable tokens in place of <mask>',
  arguments: '<texts...>',
  options: [
    { flags: '-m, --model <run>', description: 'run that was fine-tuned with task masked-lm', required: true },
    { flags: '--top <n>', description: 'so many tokens for every <mask>; default: 5' },
    { flags: '-t, --tokenizer <path>', description: "default: the one of the run's data.transform" },
    { flags: '--json', description: 'a JSON object for every <mask>' },
  ],
  examples: [
    'd2v fill-mask "Call me <mask>." --model runs/words',
    'd2v fill-mask "a <mask> of the <mask> family" --top 3 --model runs/words',
  ],
  run,
};

async function run({ arguments: texts, options, tools }: CommandInput): Promise<void> {
  const top = wholeNumberOption(options.top, '--top', 1) ?? 5;
  const model = await tools.loadModel(String(options.model));
  try {
    const tokenizer = await tokenizerOf(model, options.tokenizer);
    const { maxTokens } = model.encoder as EncoderConfig;
    for (const [i, text] of texts.entries()) {
      if (tools.signal.aborted) return;
      const masks = await fillMasks(model, tokenizer, { name: `text ${i + 1}`, text }, { maxTokens, top });
      for (const [place, fillings] of masks.entries()) {
        if (options.json) tools.print(JSON.stringify({ text, mask: place + 1, fillings }));
        else for (const each of fillings) tools.print(`${each.probability.toFixed(4)}\t${each.token}\t${each.text}`);
      }
    }
  } finally {
    model.dispose();
  }
}

async function tokenizerOf(model: TrainedModel, given: string | boolean | undefined): Promise<Tokenizer> {
  const path = typeof given === 'string' ? given : (model.transform as TransformOptions).tokenizer;
  if (path === undefined) {
    throw new ConfigError(`${model.path} does not say which tokenizer it was trained with`, {
      key: '--tokenizer',
      hint: 'name the folder of the tokenizer with --tokenizer',
    });
  }
  const tokenizer = await loadTokenizer(path);
  checkVocabulary(tokenizer, model.encoder as EncoderConfig);
  return tokenizer;
}
