/** A program that does a case's work, as ../contender.ts runs it: one of ours in contenders/, or a peer in peers/. */
export interface Entrant {
  /** What the table and `--contender` call it; ours go by their backend. */
  readonly name: string;
  /** Path from bench/. Its arguments are the task as JSON and, for ours, the name; for a peer, how many threads it has. */
  readonly script: string;
  /** Python packages that a peer imports; absent: one of ours. */
  readonly packages?: readonly string[];
}

/** Something that is timed side by side. */
export interface BenchCase {
  /** `--case` chooses by it. */
  readonly name: string;
  readonly entrants: readonly Entrant[];
  /** What a rate counts: images, seconds of audio, tokens. */
  readonly unit: string;
  prepare(): Promise<Prepared>;
}

/** A case whose data are there. */
export interface Prepared {
  /** What a step goes through, for people. */
  readonly size: string;
  /** How much of the unit that is. */
  readonly amount: number;
  /** What every entrant is told. */
  readonly task: object;
}

/** One of our programs, on each of the backends. */
export function ours(program: string, ...backends: string[]): Entrant[] {
  return backends.map((name) => ({ name, script: `contenders/${program}.ts` }));
}

export function pytorch(script: string): Entrant {
  return { name: 'PyTorch fp32', script: `peers/${script}.py`, packages: ['torch', 'numpy'] };
}

export function huggingFace(script: string): Entrant {
  return { name: 'Hugging Face', script: `peers/${script}.py`, packages: ['tokenizers'] };
}
