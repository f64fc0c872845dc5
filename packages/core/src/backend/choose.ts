import { BackendError, D2vError } from '../errors.js';

/** A backend that a configuration may name; 'auto' takes the fastest that works. */
export const BACKEND_CHOICES = ['auto', 'tensorflow', 'wasm', 'webgpu', 'cpu'] as const;

export type BackendChoice = (typeof BACKEND_CHOICES)[number];

export type BackendName = Exclude<BackendChoice, 'auto'> | 'webgl';

/** The backend that every op runs on from now on. */
export interface LoadedBackend {
  readonly name: BackendName;
  /** One line: what was chosen, why, and what would make it faster. */
  readonly description: string;
}

/**
 * One backend's way in: makes it the current one and says in a few words how it runs ('SIMD'), or throws a BackendError
 * whose first line is the reason.
 */
export type Attempt = () => Promise<string>;

/** The backends that a platform has. */
export interface Platform {
  readonly attempts: Readonly<Partial<Record<BackendName, Attempt>>>;
  /** What 'auto' tries, fastest first. */
  readonly order: readonly BackendName[];
  /** Why a backend that has no attempt does not exist here. */
  readonly elsewhere: Readonly<Partial<Record<BackendName, string>>>;
}

/** Seconds of one training step (ViT, width 96, depth 4, batch 64; reference: backends.md). */
const STEP_SECONDS: Partial<Record<BackendName, number>> = { tensorflow: 0.36, wasm: 0.9, cpu: 28.7 };

/**
 * Loads the backend that was asked for, or the first of the platform's order that works.
 *
 * @throws BackendError when the one that was asked for does not load, or none does
 */
export async function chooseBackend(choice: BackendChoice, platform: Platform): Promise<LoadedBackend> {
  if (choice !== 'auto') {
    const attempt = platform.attempts[choice];
    if (!attempt)
      throw new BackendError(`backend '${choice}': ${platform.elsewhere[choice] ?? 'it does not exist here'}`);
    const how = await attempt();
    const faster = platform.order[0];
    const advice =
      faster && faster !== choice ? speedup(choice, faster) && `; '${faster}' is ${speedup(choice, faster)}` : '';
    return { name: choice, description: `${choice} (${how}): as asked for${advice}` };
  }
  const failures: { name: BackendName; error: Error }[] = [];
  for (const name of platform.order) {
    try {
      const how = await platform.attempts[name]!();
      return { name, description: `${name} (${how}): ${explain(name, failures)}` };
    } catch (error) {
      failures.push({ name, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }
  throw new BackendError(`no backend works here: ${failures.map(({ error }) => reason(error)).join('; ')}`, {
    cause: failures[0]?.error,
  });
}

function explain(chosen: BackendName, failures: { name: BackendName; error: Error }[]): string {
  if (failures.length === 0) return 'the fastest backend here';
  const reasons = failures.map(({ error }) => reason(error)).join('; ');
  const fastest = failures[0]!;
  const hint = D2vError.isInstance(fastest.error) ? fastest.error.hint : undefined;
  if (!hint) return reasons;
  const gain = speedup(chosen, fastest.name);
  return `${reasons}; ${hint}${gain ? ` to be ${gain}` : ''}`;
}

function speedup(from: BackendName, to: BackendName): string {
  const [slow, fast] = [STEP_SECONDS[from], STEP_SECONDS[to]];
  if (slow === undefined || fast === undefined) return '';
  const times = slow / fast;
  return `about ${times < 10 ? Math.round(times * 2) / 2 : Math.round(times / 10) * 10}× faster`;
}

function reason(error: Error): string {
  return error.message.split('\n')[0]!;
}
