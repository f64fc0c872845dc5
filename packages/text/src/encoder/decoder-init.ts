import type { Decoder, ParameterSpec } from '@d2v/core';

/** The decoder with BERT's initial projections, which text keeps: normal σ 0.02, bias 0 (reference: data2vec2.md §6). */
export function bertInitialised(decoder: Decoder): Decoder {
  const parameters = Object.entries(decoder.parameters).map(([name, spec]): [string, ParameterSpec] => {
    if (!name.startsWith('proj.')) return [name, spec];
    const init = name.endsWith('.bias') ? ({ kind: 'zeros' } as const) : ({ kind: 'normal', std: 0.02 } as const);
    return [name, { ...spec, init }];
  });
  return { ...decoder, parameters: Object.fromEntries(parameters) };
}
