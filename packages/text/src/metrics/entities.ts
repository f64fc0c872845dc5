/** An entity of a tagged text: words `from` to `to`, the last one included. */
export interface Entity {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

/** `B-LOC` → B and LOC; a tag of another form is outside. */
function parse(tag: string): [prefix: string, kind: string] {
  const match = /^([BIESLU])-(.*)$/.exec(tag);
  if (!match) return ['O', ''];
  const prefix = { L: 'E', U: 'S' }[match[1]!] ?? match[1]!;
  return [prefix, match[2]!];
}

/**
 * The entities of a text by the rules of CoNLL's conlleval: an entity begins with B or S, after E, S or O, and where the
 * kind changes; it ends where the next begins, or at O.
 *
 * @param tags one a word: O, or B-, I-, E- (L-), S- (U-) and a kind
 */
export function entitiesOf(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let open: { kind: string; from: number } | undefined;
  let before = 'O';
  const close = (to: number): void => {
    if (open) entities.push({ ...open, to });
    open = undefined;
  };
  tags.forEach((tag, at) => {
    const [prefix, kind] = parse(tag);
    const fresh = 'BS'.includes(prefix) || 'ESO'.includes(before) || kind !== open?.kind;
    if (prefix === 'O' || fresh) close(at - 1);
    if (prefix !== 'O' && fresh) open = { kind, from: at };
    before = prefix;
  });
  close(tags.length - 1);
  return entities;
}

/** Whether class names are tags of entities: some begin with `B-` or `I-`. */
export const areEntityTags = (classes: readonly string[]): boolean => classes.some((name) => /^[BI]-/.test(name));

/** Counts entities of kind and extent; a predicted one is right where both are. */
export class EntityCounts {
  #real = 0;
  #predicted = 0;
  #right = 0;

  /** One text. */
  add(real: readonly string[], predicted: readonly string[]): void {
    const key = ({ kind, from, to }: Entity): string => `${from} ${to} ${kind}`;
    const truth = new Set(entitiesOf(real).map(key));
    const guesses = entitiesOf(predicted).map(key);
    this.#real += truth.size;
    this.#predicted += guesses.length;
    this.#right += guesses.filter((guess) => truth.has(guess)).length;
  }

  get precision(): number {
    return this.#predicted === 0 ? 0 : this.#right / this.#predicted;
  }

  get recall(): number {
    return this.#real === 0 ? 0 : this.#right / this.#real;
  }

  /** Over all entities together (micro average); 0 where nothing is right. */
  get f1(): number {
    const both = this.#predicted + this.#real;
    return both === 0 ? 0 : (2 * this.#right) / both;
  }
}
