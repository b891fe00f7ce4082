/** The stories of the book, one begun after the other, each on an issue of its own, for as long as anybody asks. */
import { createAgenda } from './agenda.ts';
import { handOn, type Told } from './hand.ts';
import { STORIES, type Step } from './story-book.ts';
import type { SimulatedTenant } from './world.ts';

export interface Stories {
  nextAt(): number;
  /** Does the next step of any story that runs; nothing told: no trigger fires. */
  step(): readonly Told[];
}

export interface StoriesOptions {
  readonly workspace: string;
  readonly startMs: number;
  /** From the beginning of one to that of the next, ms. */
  readonly everyMs: number;
}

export function createStories(world: SimulatedTenant, options: StoriesOptions): Stories {
  const { tenant, chance } = world;
  const agenda = createAgenda<(at: number) => readonly Told[]>();
  const book = Object.values(STORIES);
  let begun = 0;

  function begin(at: number): readonly Told[] {
    const hand = handOn(world, options.workspace, begun);
    plan(book[begun % book.length]!(hand), at);
    begun += 1;
    agenda.add(at + Math.round(options.everyMs * chance.between(0.7, 1.3)), begin);
    return [];
  }
  function plan([next, ...rest]: readonly Step[], from: number): void {
    if (!next) return;
    const [afterMs, act] = next;
    agenda.add(from + afterMs, (at) => {
      const told = [act(at)].flat().filter((one) => one !== null);
      plan(rest, at);
      return told;
    });
  }

  agenda.add(options.startMs, begin);
  return {
    nextAt: () => agenda.nextAt()!,
    step() {
      const { at, item } = agenda.take()!;
      tenant.prune();
      return item(at);
    },
  };
}
