import {
  add,
  div,
  expandDims,
  mean,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import type { Network } from '../encoder/network.js';
import { linear, regressionLoss, withoutGradient } from '../ops/index.js';
import type { ParameterSpecs } from '../weights/parameter.js';
import type { Scope } from '../weights/scope.js';
import { lossScale, type LossConfig } from './loss-config.js';

/** The layer from a prediction to the raw token it stands for. */
export function reconstructionParameters({ encoder, config: { dim } }: Network): ParameterSpecs {
  if (!encoder.rawTokens || !encoder.rawTokenSize) {
    throw new ConfigError('this modality has no raw tokens to reconstruct', {
      key: 'objective.reconstruction',
      hint: 'set it to 0',
    });
  }
  return {
    'recon.weight': { shape: [dim, encoder.rawTokenSize], init: { kind: 'normal', std: 0.02 } },
    'recon.bias': { shape: [encoder.rawTokenSize], init: { kind: 'zeros' } },
  };
}

/**
 * Regression of the masked raw tokens, each standardised by its own mean and unbiased variance
 * (reference: data2vec2.md §5.3).
 *
 * @param prediction (N, T, D)
 * @param weight (B, M, T, 1), 1 = masked
 */
export function reconstructionLoss(
  { encoder }: Network,
  p: Scope,
  prediction: Tensor3D,
  inputs: NamedTensorMap,
  weight: Tensor,
  loss: LossConfig,
): Scalar {
  const raw = linear(prediction, p.get('recon.weight'), p.get('recon.bias'));
  const target = withoutGradient(() => standardise(encoder.rawTokens!(inputs)));
  const [samples, copies, tokens] = weight.shape as [number, number, number];
  const size = raw.shape[2];
  const byCopy = reshape(raw, [samples, copies, tokens, size]);
  return mul(regressionLoss(byCopy, expandDims(target, 1), weight, loss.beta), lossScale(loss, size));
}

function standardise(x: Tensor3D): Tensor3D {
  const centred = sub(x, mean(x, 2, true));
  const variance = div(sum(square(centred), 2, true), x.shape[2] - 1);
  return div(centred, sqrt(add(variance, 1e-6)));
}
