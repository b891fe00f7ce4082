/**
 * The corrections of a workspace: a set, so that their order does not matter. Where two contradict
 * the one recorded last holds; what is superseded is as if it had never been said. They are few, each
 * by somebody's hand, and kept for ever.
 */
import type { Closer } from '../conversation/closer.ts';
import type { AuthorKinds } from '../conversation/messages.ts';
import type {
  CorrectionAuthorKind,
  CorrectionFact,
  CorrectionKind,
  FactBodies,
} from '../facts/fact.ts';

/** A correction as it is kept: by its identity, since when it was first recorded. */
export type Correction = {
  readonly [K in CorrectionKind]: {
    readonly id: string;
    readonly kind: K;
    readonly entity: string;
    readonly at: number;
    readonly recordedAt: number;
    readonly body: FactBodies[K];
  };
}[CorrectionKind];
type CorrectionOf<K extends CorrectionKind> = Extract<Correction, { readonly kind: K }>;

const byRecord = (a: Correction, b: Correction): number =>
  a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1);

/** So often a word may be taken back, and that be taken back in turn; what goes further is not heard. */
const STEPS_MAX = 64;

export class CorrectionBook {
  readonly #all: Map<string, Correction> = new Map();
  /** Ids of corrections by what they speak of: an issue, an author, another correction. */
  readonly #about: Map<string, Set<string>> = new Map();
  /** Issues that were ever said to be part of one. */
  readonly #into: Map<string, Set<string>> = new Map();
  readonly #authors: Map<string, CorrectionAuthorKind['author']> = new Map();

  /** Authors who are not what the sources take them for. */
  get authorKinds(): AuthorKinds {
    return this.#authors;
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** False: nothing new. */
  take(fact: CorrectionFact): boolean {
    const { factId: id, kind, entity, observedAt, recordedAt, body } = fact;
    const known = this.#all.get(id);
    // What is recorded twice counts from the first time, whichever is met first.
    if (known && known.recordedAt <= recordedAt) return false;
    this.restore({ id, kind, entity, at: fact.at ?? observedAt, recordedAt, body } as Correction);
    return true;
  }

  restore(correction: Correction): void {
    const { id, entity, kind } = correction;
    this.#all.set(id, correction);
    listIn(this.#about, entity).add(id);
    if (kind === 'correction.merge') listIn(this.#into, correction.body.into).add(entity);
    const subject = this.subjectOf(correction);
    if (subject?.kind === 'correction.author_kind') this.#readAuthor(subject.entity);
  }

  get(id: string): Correction | undefined {
    return this.#all.get(id);
  }

  all(): Correction[] {
    return [...this.#all.values()].sort(byRecord);
  }

  /** Nobody took it back, or whoever did was taken back, and so on. */
  isInForce(id: string, steps: number = STEPS_MAX): boolean {
    if (steps === 0) return true;
    return !this.#of(id, 'correction.supersede').some((one) => this.isInForce(one.id, steps - 1));
  }

  /** What a correction changes if it comes or goes: that of what it takes back, at the end. */
  subjectOf(correction: Correction): Correction | undefined {
    let subject: Correction | undefined = correction;
    for (let steps = 0; subject?.kind === 'correction.supersede'; steps++) {
      if (steps > STEPS_MAX) return undefined;
      subject = this.#all.get(subject.entity);
    }
    return subject;
  }

  /** In force about one entity, the newest last. */
  about<K extends CorrectionKind>(entity: string, kind: K): CorrectionOf<K>[] {
    return this.#of(entity, kind)
      .filter(({ id }) => this.isInForce(id))
      .sort(byRecord);
  }

  /** Issues that somebody said are part of this one, in force or not. */
  mergedInto(issue: string): Iterable<string> {
    return this.#into.get(issue) ?? [];
  }

  closersOf(issue: string): Closer[] {
    return this.about(issue, 'correction.closed_by').map(({ id, at, recordedAt, body }) => ({
      ...{ id, at, recordedAt, closedBy: body.closedBy, basis: 'corrected' },
    }));
  }

  #of<K extends CorrectionKind>(entity: string, kind: K): CorrectionOf<K>[] {
    const own = [...(this.#about.get(entity) ?? [])].map((id) => this.#all.get(id)!);
    return own.filter((one): one is CorrectionOf<K> => one.kind === kind);
  }

  #readAuthor(id: string): void {
    const last = this.about(id, 'correction.author_kind').at(-1);
    if (last) this.#authors.set(id, last.body.author);
    else this.#authors.delete(id);
  }
}

function listIn(lists: Map<string, Set<string>>, key: string): Set<string> {
  const list = lists.get(key) ?? new Set<string>();
  lists.set(key, list);
  return list;
}
