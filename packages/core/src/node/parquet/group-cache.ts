/** Values read a group at a time; the groups used last are kept, up to so many bytes. */
export class GroupCache<Value> {
  readonly #groups = new Map<string, { values: Promise<readonly Value[]>; bytes: number }>();
  #bytes = 0;

  constructor(
    private readonly limit: number,
    private readonly bytesOf: (value: Value) => number,
  ) {}

  /** The group of that key; `load` reads it where it is not kept. Calls at the same time share one reading. */
  async get(key: string, load: () => Promise<readonly Value[]>): Promise<readonly Value[]> {
    const kept = this.#groups.get(key);
    if (kept) {
      this.#groups.delete(key);
      this.#groups.set(key, kept);
      return kept.values;
    }
    const entry = { values: load(), bytes: 0 };
    this.#groups.set(key, entry);
    try {
      const values = await entry.values;
      entry.bytes = values.reduce((sum, value) => sum + this.bytesOf(value), 0);
      this.#bytes += entry.bytes;
      this.#evict();
      return values;
    } catch (error) {
      this.#groups.delete(key);
      throw error;
    }
  }

  #evict(): void {
    for (const [key, { bytes }] of this.#groups) {
      if (this.#bytes <= this.limit) return;
      if (bytes === 0) continue;
      this.#groups.delete(key);
      this.#bytes -= bytes;
    }
  }
}
