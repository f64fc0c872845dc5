/** Which checkpoints stay on disk. */
export interface Retention {
  /** Most recent ones, at least 1. */
  readonly keepLast: number;
  /** Best ones by the metric. */
  readonly keepBest: number;
  readonly metric: string;
  readonly better: 'lower' | 'higher';
}

/** A checkpoint as far as retention is concerned. */
export interface Candidate {
  readonly update: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Candidates with the metric, best first; of equals the earlier. */
export function byScore<C extends Candidate>(candidates: readonly C[], { metric, better }: Retention): C[] {
  const sign = better === 'lower' ? 1 : -1;
  return candidates
    .filter(({ metrics }) => metrics[metric] !== undefined)
    .sort((a, b) => sign * (a.metrics[metric]! - b.metrics[metric]!) || a.update - b.update);
}

/** Updates whose checkpoints stay: the last `keepLast` and the best `keepBest`. */
export function retained(candidates: readonly Candidate[], retention: Retention): Set<number> {
  const recent = [...candidates].sort((a, b) => b.update - a.update).slice(0, Math.max(1, retention.keepLast));
  const best = byScore(candidates, retention).slice(0, retention.keepBest);
  return new Set([...recent, ...best].map(({ update }) => update));
}
