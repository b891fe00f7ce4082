/** A desk that lives through arbitrary steps, and the facts that a normalizer would make of it. */
import { createHash } from 'node:crypto';
import type {
  AuthorKind,
  BreachAt,
  CostEntry,
  Fact,
  FactBodies,
  FactKind,
  IssueObserved,
  Origin,
} from '@sapwood/core/facts';
import fc from 'fast-check';
import { CALENDARS } from './any-desk-calendars.ts';
import {
  DECLARATIONS,
  describe,
  type Look,
  putOrTakeSpam,
  timed,
  undoing,
} from './any-desk-details.ts';
import type { Declared, DeclaredRows, DeskStep, Detail, Word } from './any-desk-step.ts';

export const DESK_WORKSPACE = 'acme';
const START = Date.parse('2026-06-10T08:00:00Z');

/** 32 hex of a text. */
export const hash32 = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32);

/** What a cost is for, by the team of its step. */
const CATEGORIES: Readonly<Record<string, CostEntry['category']>> = {
  ...{ tier1: 'salaries', tier2: 'tooling', tier3: 'overhead', none: 'salaries' },
};

interface Said {
  readonly at: number;
  readonly author: AuthorKind;
  readonly authorId: string;
  readonly channel: string | null;
  isNote: boolean;
}

interface HeldIssue {
  readonly look: Look;
  readonly thread: Map<string, Said>;
  vanished: string[];
}

/** Fields that bodies claim, and those that only some do: neither category nor tags. */
const CLAIMED = ['stateCategory', 'stateSlug', 'assigneeId'] as const;
const CLAIMED_SELDOM = ['createdAt', 'channel', 'teamId', 'accountId', 'priority'] as const;

export interface DeskKind {
  readonly messages: 'read' | 'none';
  /** Channel that its issues begin on. */
  readonly source: string;
  /** Silence after which its automation closes, where it is declared. */
  readonly autoCloseAfterMs?: number;
  /** Metrics with rows beyond channel and team, and those dimensions. */
  readonly by?: DeclaredRows;
  /** What is declared at first, beside what a desk is anyway: what makes an escalation, a promise, spam. */
  readonly declared?: Declared;
}

const FLOW_ROWS = ['account', 'assignee', 'category', 'handled_by', 'priority', 'tag'];
const ROWS = [...FLOW_ROWS, 'age', 'state', 'age,priority', 'state,tag,team'];

/** What a tree may declare of the backlog: often all, often some of it or nothing. */
export const backlogRows: fc.Arbitrary<DeclaredRows> = fc.record(
  {
    backlog: fc.oneof(fc.constant(ROWS), fc.subarray(ROWS)),
    'backlog-held': fc.oneof(fc.constant(ROWS), fc.subarray(ROWS)),
    'backlog-net-flow': fc.subarray(FLOW_ROWS),
  },
  { requiredKeys: [] },
);

export function factsOfDesk(steps: readonly DeskStep[], kind: DeskKind): Fact[] {
  const desk = new Desk(kind, steps.length % DECLARATIONS.length, steps[0]?.livesBy ?? 0);
  for (const step of steps) desk.live(step);
  return desk.facts;
}

type More = Partial<Pick<Fact, 'at' | 'observedAt' | 'origin' | 'via' | 'srcs' | 'readAfter'>>;

function breachAt(now: number, inMs: BreachAt | undefined): BreachAt | null {
  if (!inMs) return null;
  const at = (ms: number | null): number | null => (ms === null ? null : now + ms);
  return { first: at(inMs.first), next: at(inMs.next), resolution: at(inMs.resolution) };
}

/** Pylon's lists come sorted. */
function toggled(words: readonly string[] | null | undefined, word: string | null = null) {
  if (word === null) return null;
  const left = (words ?? []).filter((one) => one !== word);
  return left.length < (words ?? []).length ? left : [...left, word].sort();
}

class Desk {
  readonly facts: Fact[] = [];
  readonly #kind: DeskKind;
  readonly #issues = new Map<string, HeldIssue>();
  #now = START;
  /** Stamp of the log: never behind the desk. */
  #log = START;
  #raw = 0;
  #said = 0;

  #declares: { readonly rows: number; readonly calendar: number; readonly own: Declared } = {
    ...{ rows: 0, calendar: 0, own: {} },
  };
  /** What is taken back between two steps. */
  #brief: { readonly id: string; readonly ms: number; readonly undo: Detail } | null = null;

  constructor(kind: DeskKind, declaration: number, calendar: number) {
    this.#kind = kind;
    this.#declare({ rows: declaration, own: kind.declared ?? {}, calendar });
    this.facts.push(
      this.#fact('robot', 'user.observed', { userKind: 'bot', status: null, role: null }),
      this.#fact('ada', 'user.observed', { userKind: 'human', status: null, role: null }),
      ...(kind.declared ? [this.#lead('ben')] : []),
    );
  }

  live(step: DeskStep): void {
    this.#pass(step.gapMs - this.#takeBack(step.gapMs));
    const { detail, livesBy } = step;
    if (detail?.declares !== undefined) this.#declare({ rows: detail.declares });
    if (livesBy !== undefined) this.#declare({ calendar: livesBy });
    if (step.what === 'tick') this.#tick();
    else if (step.what === 'cost') this.#cost(step);
    else if (step.what === 'word') this.#word(step.id, step.says!);
    else if (step.what === 'declare') this.#declare({ own: step.declares ?? {} });
    else if (step.what === 'tier') this.#tier(step);
    else this.#change(step, this.#issues.get(step.id) ?? this.#open(step));
  }

  #pass(ms: number): void {
    this.#now += ms;
    // Two looks never begin at one instant, so which is the last is never in doubt.
    this.#log = Math.max(this.#log + 1, this.#now);
  }

  /** How much of a gap has passed until what was to last briefly is as it was, and read. */
  #takeBack(gapMs: number): number {
    if (this.#brief === null) return 0;
    const { id, ms, undo } = this.#brief;
    this.#brief = null;
    const passedMs = Math.min(ms, gapMs);
    this.#pass(passedMs);
    const issue = this.#issues.get(id)!;
    describe(issue.look, undo);
    issue.look.updatedAt = this.#now;
    this.#read(id, issue, 'webhook');
    return passedMs;
  }

  #fact<K extends FactKind>(entity: string, kind: K, body: FactBodies[K], more: More = {}): Fact {
    const content = JSON.stringify([more.via, kind, entity, more.at, body]);
    return {
      v: 1,
      workspace: DESK_WORKSPACE,
      factId: hash32(content),
      kind,
      entity,
      at: null,
      observedAt: this.#log,
      recordedAt: this.#log,
      origin: 'webhook',
      via: 'rest',
      srcs: [],
      readAfter: null,
      group: null,
      ...more,
      body,
    } as unknown as Fact;
  }

  #lead(id: string): Fact {
    return this.#fact(id, 'user.observed', { userKind: 'human', status: null, role: 'lead' });
  }

  /** Facts of one read or one delivery. */
  #append(facts: readonly Fact[]): void {
    const n = facts.length;
    this.facts.push(...facts.map((fact, i) => ({ ...fact, group: n > 1 ? { i, n } : null })));
  }

  /**
   * From now on: rows as a member of `DECLARATIONS`, days as one of `CALENDARS`, and what is the desk's own;
   * left out: as before.
   */
  #declare(anew: {
    readonly rows?: number;
    readonly calendar?: number;
    readonly own?: Declared;
  }): void {
    this.#declares = { ...this.#declares, ...anew };
    const { messages, autoCloseAfterMs, by } = this.#kind;
    const tree = { nodes: [], edges: [], influence: [], roots: [] };
    const money = { currency: 'GBP', costPlan: ['salaries', 'tooling'] };
    const { rows, own } = this.#declares;
    const calendar = CALENDARS[this.#declares.calendar];
    const days = calendar ? { calendar } : {};
    const silence = autoCloseAfterMs === undefined ? {} : { autoCloseAfterMs };
    const declared = { ...silence, ...own, by: { ...DECLARATIONS[rows], ...by, ...own.by }, tree };
    const config = { messages, ...money, sources: ['pylon'], ...days, ...declared };
    const document = JSON.stringify(config);
    const body = { configHash: hash32(document), document };
    // Known from the start, so that a log in disorder may begin with all of them.
    const system = { via: 'system', origin: 'system', observedAt: START } as const;
    this.facts.push(this.#fact('config', 'config.applied', body, system));
  }

  #tick(): void {
    const system = { via: 'system', origin: 'system', at: this.#log } as const;
    this.facts.push(this.#fact('tick', 'tick', {}, system));
  }

  #word(id: string, says: Word): void {
    const words = this.facts.filter(({ kind }) => kind.startsWith('correction.'));
    const why = { reason: 'a story', by: null };
    const now = this.#now;
    const say = <K extends FactKind>(
      entity: string,
      kind: K,
      body: FactBodies[K],
      at = now,
    ): void => {
      const more = { via: 'feed', origin: 'manual', at } as const;
      this.facts.push(this.#fact(entity, kind, body, more));
    };
    switch (says.kind) {
      case 'retract': {
        const last = [...(this.#issues.get(id)?.thread.keys() ?? [])].at(-1) ?? null;
        say(id, 'correction.retract', { messageId: says.isMessage ? last : null, ...why });
        break;
      }
      case 'merge':
        say(id, 'correction.merge', { into: says.into, ...why });
        break;
      case 'closed_by':
        say(id, 'correction.closed_by', { closedBy: says.closedBy, ...why }, now - says.backMs);
        break;
      case 'author_kind':
        say(says.author, 'correction.author_kind', { author: says.is, ...why });
        break;
      case 'supersede': {
        const taken = words.at(-1 - says.nth)?.factId ?? hash32('a word that nobody said');
        say(taken, 'correction.supersede', why);
        break;
      }
      case 'evidence': {
        const { closedBy, basis, backMs } = says;
        say(id, 'close.evidence', { closedBy, basis }, now - backMs);
      }
    }
  }

  #cost({ cost = {}, ...step }: DeskStep): void {
    const { amount, twice, agent, team, author, seen, lateMs, gapMs } = step;
    const { lastsMs = gapMs, ...told } = cost;
    const n = this.facts.length;
    const from = this.#now - lateMs;
    const entry: CostEntry = {
      costId: `c${amount % 5}`,
      // Later facts may carry the lower revision.
      revision: twice ? 1_000 - n : n,
      stage: seen === 'read' ? 'settled' : 'provisional',
      category: CATEGORIES[team ?? 'none']!,
      amountMicro: amount,
      currency: agent === 'ben' ? 'USD' : 'GBP',
      from,
      to: from + lastsMs,
      accrual: 'even',
      ...(author === 'human' ? { fx: { rateMicro: 785_432, asOf: from, source: 'ECB' } } : {}),
      ...told,
    };
    this.facts.push(this.#fact('cost', 'cost.entry', entry, { via: 'feed', origin: 'feed' }));
  }

  #tier({ account, tier = null }: DeskStep): void {
    const body = { tier, type: null, ownerId: null, parentId: null, arrMicro: null };
    this.facts.push(this.#fact(account ?? 'gold', 'account.observed', body));
  }

  #open({ id, team }: DeskStep): HeldIssue {
    const at = this.#now;
    const look = {
      stateCategory: 'new',
      stateSlug: 'new',
      isGroup: false,
      channel: this.#kind.source,
      assigneeId: null,
      teamId: team,
      tags: [],
      createdAt: at,
      updatedAt: at,
      resolutionAt: null,
      latestMessageAt: null,
      snoozedUntil: null,
      ...(this.#kind.declared ? { fieldsFilled: [], external: [] } : {}),
    } as const;
    const issue: HeldIssue = { look: { ...look }, thread: new Map(), vanished: [] };
    this.#issues.set(id, issue);
    return issue;
  }

  #change(step: DeskStep, issue: HeldIssue): void {
    if (step.what === 'gone') {
      this.facts.push(this.#fact(step.id, 'issue.gone', {}));
      return;
    }
    const messageId = this.#touch(step, issue);
    this.#time(step, issue.look);
    if (step.contact !== undefined) issue.look.requesterId = step.contact;
    if (step.detail) this.#describe(step.id, issue.look, step.detail);
    issue.look.updatedAt = this.#now;
    if (step.seen.startsWith('body')) this.#claim(step, issue, messageId);
    if (step.seen === 'body' || step.seen === 'unseen') return;
    if (step.seen === 'late') this.#log += step.lateMs;
    if (step.seen === 'look') {
      this.#append([this.#look(step.id, issue, { origin: 'reconcile' })]);
      return;
    }
    this.#read(step.id, issue, step.seen === 'import' ? 'backfill' : 'webhook');
    this.#log += 1;
    if (step.twice) this.#read(step.id, issue, 'reconcile');
  }

  /** Pylon counts, too, what it takes; a desk that declares nothing does not ask. */
  #time({ what, author }: DeskStep, look: Look): void {
    if (!this.#kind.declared) return;
    if (what === 'message' && author === 'human') timed(look, 'reply', this.#now);
    timed(look, look.stateCategory === 'closed' ? 'close' : 'reopen', this.#now);
  }

  #describe(id: string, look: Look, detail: Detail): void {
    const { briefMs } = detail;
    if (briefMs !== undefined) this.#brief = { id, ms: briefMs, undo: undoing(look, detail) };
    describe(look, detail);
  }

  /** Changes the desk; the id of a message that was written. */
  #touch(step: DeskStep, { look, thread, vanished }: HeldIssue): string | null {
    const last = [...thread.keys()].at(-1);
    switch (step.what) {
      case 'message':
      case 'note':
        look.latestMessageAt = step.latestMs === null ? null : this.#now + (step.latestMs ?? 0);
        if (step.brings)
          Object.assign(look, { stateCategory: step.brings, stateSlug: step.brings });
        if (step.brings === 'closed') look.resolutionAt = this.#now;
        return this.#say(step, thread);
      case 'close':
        Object.assign(look, { stateCategory: 'closed', stateSlug: 'closed' });
        look.resolutionAt = this.#now;
        break;
      case 'state':
        Object.assign(look, { stateCategory: step.state, stateSlug: step.state });
        break;
      case 'agent':
        look.assigneeId = step.agent;
        break;
      case 'team':
        look.teamId = step.team;
        break;
      case 'account':
        look.accountId = step.account ?? null;
        break;
      case 'priority':
        look.priority = step.priority ?? null;
        break;
      case 'breach':
        look.breachAt = breachAt(this.#now, step.breachInMs);
        break;
      case 'snooze':
        look.snoozedUntil = step.snoozeMs == null ? null : this.#now + step.snoozeMs;
        break;
      case 'spam':
        putOrTakeSpam(look);
        break;
      case 'group':
        look.isGroup = step.twice && !look.isGroup;
        break;
      case 'tag':
        look.tags = toggled(look.tags, step.word);
        break;
      case 'field':
        look.fieldsFilled = toggled(look.fieldsFilled, step.word);
        break;
      case 'external':
        look.external = toggled(look.external, step.word);
        break;
      case 'rank':
        look.priority = step.word ?? null;
        look.category = step.twice ? (step.word ?? null) : (look.category ?? null);
        break;
      case 'slug':
        look.stateSlug = step.word ?? look.stateCategory ?? null;
        break;
      case 'rate':
        look.csat = step.scores ?? null;
        break;
      case 'aiResolved':
        look.aiResolved = step.isAiResolved ?? null;
        break;
      case 'graft': {
        // The last message of another issue lies in this one too.
        const [moved] = [...(this.#issues.get(step.word ?? '')?.thread ?? [])].slice(-1);
        if (moved) thread.set(moved[0], { ...moved[1] });
        break;
      }
      case 'edit':
        if (last !== undefined) thread.get(last)!.isNote = !thread.get(last)!.isNote;
        break;
      case 'vanish':
        if (last !== undefined && thread.delete(last)) vanished.push(last);
        break;
    }
    return null;
  }

  #say({ what, author, agent, channel, aheadMs }: DeskStep, thread: HeldIssue['thread']): string {
    this.#said += 1;
    const id = `m${this.#said}`;
    const isNote = what === 'note';
    const who = { author: isNote ? 'human' : author, authorId: agent ?? 'ada' } as const;
    thread.set(id, { at: this.#now + aheadMs, ...who, channel, isNote });
    return id;
  }

  #message(issueId: string, messageId: string, said: Said, more: More): Fact {
    const { at, isNote, ...rest } = said;
    const body = { messageId, ...rest, private: isNote };
    return this.#fact(issueId, 'message.observed', body, { ...more, at });
  }

  /** A webhook body with some of the fields, and its message. */
  #claim({ id, twice }: DeskStep, { look, thread }: HeldIssue, messageId: string | null): void {
    this.#raw += 1;
    const source = { topic: 'raw.pylon.v1', partition: 0, epoch: 1, offset: this.#raw };
    const more = { via: 'body', srcs: [source] } as const;
    const told = twice ? [...CLAIMED, ...CLAIMED_SELDOM] : CLAIMED;
    const seen = told.filter((field) => look[field] !== undefined);
    const claims = Object.fromEntries(seen.map((field) => [field, look[field]]));
    const said = messageId === null ? undefined : thread.get(messageId);
    const isTold = said !== undefined && this.#kind.messages === 'read';
    this.#append([
      this.#fact(id, 'issue.observed', { ...claims, updatedAt: this.#log }, more),
      ...(isTold ? [this.#message(id, messageId!, said, more)] : []),
    ]);
  }

  #look(id: string, { look }: HeldIssue, more: More): Fact {
    const readAfter = { epoch: 1, offset: this.#raw };
    return this.#fact(id, 'issue.observed', { ...look } as IssueObserved, { readAfter, ...more });
  }

  #read(id: string, issue: HeldIssue, origin: Origin): void {
    const more = { origin, readAfter: { epoch: 1, offset: this.#raw } };
    const facts = [this.#look(id, issue, more)];
    if (this.#kind.messages === 'read') {
      for (const [messageId, said] of issue.thread) {
        facts.push(this.#message(id, messageId, said, more));
      }
      const ids = [...issue.thread.keys()];
      const { vanished } = issue;
      const thread = { count: ids.length, idsHash: hash32(ids.join()), vanished };
      facts.push(this.#fact(id, 'thread.observed', thread, more));
      issue.vanished = [];
    }
    this.#append(facts);
  }
}
