/** A part of the labels, and how long fine-tuning on it takes. */
export interface LabelShare {
  /** Column of the table. */
  readonly name: string;
  /** Of the training glosses; absent: all. */
  readonly fraction?: number;
  readonly updates: number;
  readonly batchSize: number;
}

/** How large the parts of the protocol are. */
export interface Plan {
  readonly seeds: readonly number[];
  /** Overrides of pretrain.yaml. */
  readonly pretrain: readonly string[];
  readonly shares: readonly LabelShare[];
  /** Share of the training glosses whose features are probed. */
  readonly probed: number;
  /** Held-out glosses that are classified; absent: all. */
  readonly tested?: number;
}

export const full = (seeds: readonly number[]): Plan => ({
  seeds,
  pretrain: [],
  shares: [
    { name: '1 %', fraction: 0.01, updates: 600, batchSize: 32 },
    { name: '10 %', fraction: 0.1, updates: 2000, batchSize: 32 },
    { name: '100 %', updates: 3000, batchSize: 64 },
  ],
  probed: 0.1,
});

/** A few minutes: one seed, a short pre-training, 1 % of the labels. */
export const quick = (seed: number): Plan => ({
  seeds: [seed],
  pretrain: ['training.updates=300', 'objective.teacher.decay.updates=300'],
  shares: [{ name: '1 %', fraction: 0.01, updates: 200, batchSize: 32 }],
  probed: 0.02,
  tested: 1500,
});
