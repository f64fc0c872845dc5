import { ConfigError, trainableNames, type ParameterSpecs } from '@d2v/core';
import type { FreezeConfig } from '../config/index.js';
import { nearest } from '../config/nearest.js';
import type { ParameterGroups } from '../optimizer/index.js';

const HEAD = 'head.';

/**
 * Which parameters an update trains: in the first updates of a fine-tuning the head alone (fairseq's
 * `freeze_finetune_updates`; reference: data2vec1.md §4.6), and some parameters never. A pure function of the update, so
 * that a run resumes anywhere.
 */
export class Freezing {
  /** Updates in which the head learns alone. */
  readonly updates: number;
  readonly #head: readonly string[];
  readonly #all: readonly string[];

  /** @throws ConfigError when a prefix matches no parameter, or nothing is left to be trained */
  constructor(specs: ParameterSpecs, { updates = 0, parameters = [] }: Partial<FreezeConfig> = {}) {
    const trainable = trainableNames(specs);
    for (const prefix of parameters) checkPrefix(prefix, Object.keys(specs));
    this.updates = updates;
    this.#all = trainable.filter((name) => !parameters.some((prefix) => isWithin(name, prefix)));
    this.#head = this.#all.filter((name) => name.startsWith(HEAD));
    if (this.#all.length === 0 || (updates > 0 && this.#head.length === 0)) {
      throw new ConfigError('training.freeze leaves nothing to be trained', {
        key: 'training.freeze',
        hint: updates > 0 ? 'leave the head out of parameters' : 'freeze fewer parameters',
      });
    }
  }

  /** Names of the parameters that an update, counted from 1, trains. */
  trained(update: number): readonly string[] {
    return update <= this.updates ? this.#head : this.#all;
  }

  /** `groups` in which every parameter that waits for the head is `late`. */
  mark(groups: ParameterGroups): ParameterGroups {
    if (this.updates === 0) return groups;
    const isLate = (name: string): boolean => !name.startsWith(HEAD);
    return Object.fromEntries(
      Object.entries(groups).map(([name, group]) => [name, isLate(name) ? { ...group, late: true } : group]),
    );
  }
}

const isWithin = (name: string, prefix: string): boolean => name === prefix || name.startsWith(`${prefix}.`);

function checkPrefix(prefix: string, names: readonly string[]): void {
  if (names.some((name) => isWithin(name, prefix))) return;
  const prefixes = names.flatMap((name) => name.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.')));
  const guess = nearest(prefix, [...new Set(prefixes)]);
  throw new ConfigError(`training.freeze.parameters: no parameter is '${prefix}' or starts with '${prefix}.'`, {
    key: 'training.freeze.parameters',
    hint: `${guess ? `did you mean '${guess}'? ` : ''}d2v inspect shows the parameters of a checkpoint`,
  });
}
