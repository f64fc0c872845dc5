/** Value and gradient of a function at `x`. */
export type Evaluate = (x: Float64Array) => Promise<{ value: number; gradient: Float64Array }>;

export interface MinimiseOptions {
  /** Ends when no component of the gradient is larger; default 1e-4, as scikit-learn's `tol`. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly maxIterations?: number;
  /** Pairs of steps that approximate the curvature; default 10. */
  readonly memory?: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** false: `maxIterations` came first. */
  readonly converged: boolean;
}

/** Share of the slope's promise that a step must keep (Armijo). */
const SUFFICIENT = 1e-4;
const MAX_HALVINGS = 25;
/** Differences below this share of a value are rounding in float32: there the slope decides (Hager and Zhang 2005). */
const ROUNDING = 1e-6;
const FLATTER = 0.9;

/**
 * Minimises a smooth convex function: L-BFGS with backtracking (Nocedal and Wright, Numerical Optimization, algorithm
 * 7.5). Deterministic. It also ends where no step descends any more, which is as far as the function's precision goes.
 */
export async function minimise(
  evaluate: Evaluate,
  start: Float64Array,
  options: MinimiseOptions = {},
): Promise<Minimum> {
  const { tolerance = 1e-4, maxIterations = 200, memory = 10 } = options;
  const pairs: Pair[] = [];
  let x = start;
  let { value, gradient } = await evaluate(x);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(gradient) <= tolerance) return { x, value, iterations: iteration, converged: true };
    const direction = descent(gradient, pairs);
    const slope = dot(gradient, direction);
    let step = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    let next: Awaited<ReturnType<Evaluate>> | undefined;
    let moved = x;
    for (let halvings = 0; halvings <= MAX_HALVINGS; halvings++, step /= 2) {
      moved = plus(x, direction, step);
      next = await evaluate(moved);
      if (next.value <= value + SUFFICIENT * step * slope) break;
      const level = next.value <= value + ROUNDING * Math.abs(value);
      if (level && Math.abs(dot(next.gradient, direction)) <= FLATTER * -slope) break;
      next = undefined;
    }
    if (!next) return { x, value, iterations: iteration, converged: true };
    remember(pairs, { s: plus(moved, x, -1), y: plus(next.gradient, gradient, -1) }, memory);
    x = moved;
    ({ value, gradient } = next);
  }
  return { x, value, iterations: maxIterations, converged: largest(gradient) <= tolerance };
}

interface Pair {
  /** A step, and how the gradient changed over it. */
  readonly s: Float64Array;
  readonly y: Float64Array;
}

function remember(pairs: Pair[], pair: Pair, memory: number): void {
  if (dot(pair.s, pair.y) <= 0) return; // rounding alone makes a convex function look like that
  pairs.push(pair);
  if (pairs.length > memory) pairs.shift();
}

/** −H·g, H the inverse Hessian that the pairs speak of (two-loop recursion, algorithm 7.4). */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  let q: Float64Array = Float64Array.from(gradient);
  const weights = [...pairs].reverse().map(({ s, y }) => {
    const weight = dot(s, q) / dot(s, y);
    q = plus(q, y, -weight);
    return weight;
  });
  const last = pairs.at(-1);
  if (last) {
    const scale = dot(last.s, last.y) / dot(last.y, last.y);
    q = q.map((value) => value * scale);
  }
  pairs.forEach(({ s, y }, i) => {
    q = plus(q, s, weights[pairs.length - 1 - i]! - dot(y, q) / dot(s, y));
  });
  return q.map((value) => -value);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a + scale·b */
function plus(a: Float64Array, b: Float64Array, scale: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! + scale * b[i]!;
  return out;
}

const largest = (x: Float64Array): number => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
