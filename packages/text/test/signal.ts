import type { SignalSample } from '../src/signal.js';

/** A deterministic signal of so many steps. */
export function signal(name: string, steps: number, channels: number): SignalSample {
  const values = Float32Array.from({ length: steps * channels }, (_, i) => Math.sin(0.3 * i + name.length));
  return { name, values };
}
