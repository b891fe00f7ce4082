/**
 * Listens to what the store answers: to each commit (a lost reply that was asked for again is no
 * refusal), and whether an owner that lost its claim is still heard (F6).
 */
import type { CommitAnswer, StateStore } from '@sapwood/runtime/ports';
import type { Simulated } from '@sapwood/runtime/simulated';

export interface Hearing {
  readonly answer: (answer: CommitAnswer) => void;
  readonly problem: (text: string) => void;
}

/** A claim, by when it was asked for and when it was answered; between the two it took effect. */
interface Claim {
  readonly own: string;
  readonly asked: number;
  readonly answered: number;
}

/** Who is fenced for certain, whatever was under way: somebody's claim began after his was answered. */
class Fences {
  #claims: Claim[] = [];
  #now = 0;

  tick(): number {
    return ++this.#now;
  }
  claimed(own: string, asked: number): void {
    this.#claims.push({ own, asked, answered: this.tick() });
  }
  /** An older store knows an older owner. */
  forget(): void {
    this.#claims = [];
  }
  isFenced(own: string, asked: number): boolean {
    const his = this.#claims.find((claim) => claim.own === own);
    return (
      his !== undefined &&
      this.#claims.some((claim) => claim.asked > his.answered && claim.answered < asked)
    );
  }
}

function listening(store: StateStore, fencesOf: (fold: string) => Fences, on: Hearing): StateStore {
  return {
    ...store,
    claim: async (scope, own, code) => {
      const fences = fencesOf(scope.fold);
      const asked = fences.tick();
      const answer = await store.claim(scope, own, code);
      if (answer.kind === 'claimed') fences.claimed(own, asked);
      return answer;
    },
    commit: async (scope, commit, ...rest) => {
      const fences = fencesOf(scope.fold);
      const isFenced = fences.isFenced(commit.own, fences.tick());
      const answer = await store.commit(scope, commit, ...rest);
      on.answer(answer);
      if (isFenced && answer === 'OK') on.problem(`I2 ${scope.fold}: a fenced owner was heard`);
      return answer;
    },
  };
}

export function heard(world: Simulated, on: Hearing): Simulated {
  const fences = new Map<string, Fences>();
  const fencesOf = (fold: string): Fences => {
    const known = fences.get(fold) ?? new Fences();
    fences.set(fold, known);
    return known;
  };
  const forget = (): void => {
    for (const known of fences.values()) known.forget();
  };
  return {
    ...world,
    connect: (options) => {
      const connection = world.connect(options);
      return { ...connection, store: listening(connection.store, fencesOf, on) };
    },
    snapshotStore: () => {
      const putBack = world.snapshotStore();
      return () => {
        putBack();
        forget();
      };
    },
    wipeStore: () => {
      world.wipeStore();
      forget();
    },
  };
}
