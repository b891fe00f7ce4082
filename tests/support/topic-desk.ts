/** A desk on which agents close many conversations on few topics, with a ledger of who did what in which time. */
import type { Fact } from '@sapwood/core/facts';
import fc from 'fast-check';
import { at } from './derived.ts';
import { config, issue, message } from './facts.ts';

const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000];
const START = at('09:00');
const ID = 'agent-specialisation';
const AGENTS: string[] = ['ada', 'ben', 'cleo'];

export interface TopicStep {
  readonly gapMs: number;
  readonly what: 'batch' | 'spam' | 'team' | 'declare';
  readonly agent: string | null;
  readonly topic: string | null;
  /** How many are closed, one after the other, each a minute slower than the one before. */
  readonly n: number;
  readonly minutes: number;
  readonly members: readonly string[];
}

/** Batches of conversations closed by somebody on something, a roster that changes, spam. */
export const topicSteps: fc.Arbitrary<TopicStep[]> = fc.array(
  fc.record({
    gapMs: fc.constantFrom(HOUR_MS, 11 * HOUR_MS, 6 * DAY_MS, 20 * DAY_MS),
    what: fc.constantFrom('batch', 'batch', 'batch', 'batch', 'spam', 'team', 'declare'),
    agent: fc.constantFrom(...AGENTS, null),
    topic: fc.constantFrom('login', 'login', 'ä {x=y}', null),
    n: fc.integer({ min: 1, max: 14 }),
    minutes: fc.constantFrom(0, 7, 50),
    members: fc.subarray(AGENTS),
  }),
  { minLength: 4, maxLength: 14 },
);

export interface Resolved {
  readonly agent: string;
  readonly topic: string;
  readonly at: number;
  readonly ms: number;
}

/** Facts of a desk, and what an honest clerk would have written down. */
export class TopicDesk {
  readonly facts: Fact[] = [];
  readonly ledger: Map<string, Resolved> = new Map();
  #now: number = START;
  team: readonly string[] = ['ada', 'ben'];
  isDeclared = false;

  constructor(told: readonly TopicStep[]) {
    const seen = { userKind: 'human', status: null, role: null };
    for (const id of AGENTS) this.#tell('user.observed', id, seen);
    this.#roster(this.team);
    this.#declare();
    for (const step of told) this.#live(step);
    if (!this.isDeclared) this.#declare();
  }

  #live({ gapMs, what, agent, topic, n, minutes, members }: TopicStep): void {
    this.#now += gapMs;
    if (what === 'team') this.#roster(members);
    else if (what === 'declare') this.#declare();
    else if (what === 'spam') this.#spam();
    else for (let i = 0; i < n; i++) this.#close(agent, topic, (minutes + i) * MINUTE_MS);
  }

  #declare(): void {
    this.isDeclared = !this.isDeclared;
    const by = this.isDeclared ? { [ID]: ['category'] } : {};
    this.facts.push(
      config(this.#now, { currency: 'GBP', sources: [], tree: { nodes: [] }, by, n: this.#now }),
    );
  }

  #roster(members: readonly string[]): void {
    this.team = members;
    this.#tell('team.observed', 't1', { members, rank: null });
  }

  #tell(kind: string, entity: string, body: object): void {
    this.facts.push({ ...issue(entity, this.#now, {}), kind, body } as Fact);
  }

  #close(assigneeId: string | null, category: string | null, ms: number): void {
    const id = `c${this.facts.length}`;
    const asked = this.#now;
    const seen = { assigneeId, category, createdAt: asked, tags: [] };
    this.#now += ms;
    this.facts.push(
      message(id, asked, 'customer'),
      issue(id, asked, { ...seen, stateCategory: 'new' }),
      issue(id, this.#now, { ...seen, stateCategory: 'closed' }),
    );
    if (assigneeId !== null && category !== null) {
      this.ledger.set(id, { agent: assigneeId, topic: category, at: this.#now, ms });
    }
    this.#now += SECOND_MS;
  }

  /** Of the newest, while it is told whole. */
  #spam(): void {
    const [id, newest] = [...this.ledger].at(-1) ?? [];
    if (id === undefined || this.#now - newest!.at > DAY_MS) return;
    this.ledger.delete(id);
    this.facts.push(issue(id, this.#now, { tags: ['spam'] }));
  }
}
