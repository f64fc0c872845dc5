import type { PluginCommand } from '@d2v/core';
import { classifyCommand } from './classify.js';
import { fillMaskCommand } from './fill-mask.js';
import { tokenizerCommand } from './tokenizer.js';

/** What this package adds to `d2v`. */
export const textCommands: Readonly<Record<string, PluginCommand>> = {
  tokenizer: tokenizerCommand,
  classify: classifyCommand,
  'fill-mask': fillMaskCommand,
};
