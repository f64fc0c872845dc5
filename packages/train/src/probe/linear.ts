import { confusionOf, type Confusion } from '../confusion/index.js';
import type { LabelledFeatures, ProbeData } from './data.js';
import { LogisticData } from './logistic.js';
import type { MinimiseOptions } from './lbfgs.js';
import { splitRows } from './split.js';
import { fitStandardisation } from './standardise.js';

/** What a classifier on frozen features makes of the test set. */
export interface ProbeResult {
  /** Percent of the test set. */
  readonly accuracy: number;
  /** Percent of each class; undefined for one without test samples. */
  readonly perClass: readonly (number | undefined)[];
  /** `confusion[label][predicted]`: counts. */
  readonly confusion: readonly (readonly number[])[];
}

export interface LinearProbeOptions extends MinimiseOptions {
  /** Weights of ½‖W‖² beside the mean cross-entropy that are tried; default 0.1 … 1e-5. scikit-learn's C is 1/(N·l2). */
  readonly l2?: readonly number[];
  /** Of the split that chooses among them; default 1. */
  readonly seed?: number;
}

export interface LinearProbeResult extends ProbeResult {
  /** The strength that was chosen. */
  readonly l2: number;
  /** Held-out accuracy in percent of each strength that was tried; empty when there was no choice. */
  readonly tried: readonly { readonly l2: number; readonly accuracy: number }[];
  /** Iterations of the final fit. */
  readonly iterations: number;
  readonly converged: boolean;
}

const STRENGTHS = [0.1, 0.01, 1e-3, 1e-4, 1e-5];
/**
 * Largest component of the gradient while strengths are compared: several times faster than the final fit. A weak penalty
 * may then stop where a stronger one did, which counts as a tie.
 */
const ROUGH = 1e-3;

/**
 * Linear evaluation: multinomial logistic regression on features that are standardised by the training set's
 * statistics. The L2 strength that does best on a held-out tenth of the training set (of equals the strongest) is used
 * for a final fit to all of it. Deterministic.
 *
 * @param data from `probeData`
 */
export async function linearProbe(data: ProbeData, options: LinearProbeOptions = {}): Promise<LinearProbeResult> {
  const { train, test, classes } = data;
  const choice = await chooseStrength(train, classes, options);
  const everything = allRows(train.size);
  const standardisation = fitStandardisation(train.features, train.dim, everything);
  const fitted = await owning(new LogisticData(train, everything, standardisation, classes), (set) =>
    set.fit(choice.l2, choice.start ?? new Float64Array(set.parameters), options),
  );
  const predicted = await owning(new LogisticData(test, allRows(test.size), standardisation, classes), (set) =>
    set.predict(fitted.x),
  );
  const confusion = confusionOf(test.labels, predicted, classes);
  const { l2, tried } = choice;
  return { ...summary(confusion), l2, tried, iterations: fitted.iterations, converged: fitted.converged };
}

interface Choice {
  readonly l2: number;
  readonly tried: LinearProbeResult['tried'];
  /** Solution without the held-out samples. */
  readonly start?: Float64Array;
}

/** Fits from the strongest to the weakest penalty, each from the solution before, and compares them on held-out samples. */
async function chooseStrength(train: LabelledFeatures, classes: number, options: LinearProbeOptions): Promise<Choice> {
  const { l2 = STRENGTHS, seed = 1, tolerance = 1e-4 } = options;
  const rough = { ...options, tolerance: Math.max(ROUGH, tolerance) };
  const strengths = [...l2].sort((a, b) => b - a);
  const { heldOut, rest } = splitRows(train.size, seed);
  if (strengths.length === 1 || heldOut.length === 0) return { l2: strengths[0]!, tried: [] };

  const standardisation = fitStandardisation(train.features, train.dim, rest);
  const labels = Int32Array.from(heldOut, (row) => train.labels[row]!);
  const tried: { l2: number; accuracy: number; x: Float64Array }[] = [];
  await owning(new LogisticData(train, rest, standardisation, classes), (fitting) =>
    owning(new LogisticData(train, heldOut, standardisation, classes), async (checking) => {
      let x: Float64Array = new Float64Array(fitting.parameters);
      for (const strength of strengths) {
        x = (await fitting.fit(strength, x, rough)).x;
        const { accuracy } = confusionOf(labels, await checking.predict(x), classes);
        tried.push({ l2: strength, accuracy, x });
      }
    }),
  );
  const best = tried.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return { l2: best.l2, tried: tried.map(({ l2: strength, accuracy }) => ({ l2: strength, accuracy })), start: best.x };
}

async function owning<R extends { dispose(): void }, T>(resource: R, f: (resource: R) => Promise<T>): Promise<T> {
  try {
    return await f(resource);
  } finally {
    resource.dispose();
  }
}

const allRows = (size: number): Int32Array => Int32Array.from({ length: size }, (_, i) => i);

export function summary({ accuracy, perClass, counts }: Confusion): ProbeResult {
  return { accuracy, perClass, confusion: counts };
}
