import { RandomStream, type Encoder, type Objective } from '@d2v/core';

/**
 * Collates and prepares one sample alone, to find out whether it is the bad one of its batch.
 *
 * @throws SampleError naming the sample when it is
 */
export function prepareAlone(
  { encoder, objective }: { readonly encoder: Encoder; readonly objective: Objective },
  sample: unknown,
): void {
  const stream = new RandomStream(['alone']);
  objective.prepare(encoder.collate([sample]), { sample: () => stream, batch: stream });
}
