/**
 * The fold of one workspace: conversations in, window sums, gauges, samples and events out.
 * Windows are rebuilt from the conversations' transitions on restore; only what cannot be is stored.
 */

import { addFact, type ConversationFact } from '../conversation/add-fact.ts';
import type { DeriveContext } from '../conversation/derive.ts';
import type { Story } from '../conversation/families/story.ts';
import { type Conversation, newConversation } from '../conversation/model.ts';
import type { Transition, TransitionKind } from '../conversation/transition.ts';
import type { CostTerms } from '../cost/span.ts';
import type { CalendarVersion } from '../directory/calendar.ts';
import type { SlaKind, WorkspaceConfig } from '../directory/config.ts';
import type { Directory } from '../directory/directory.ts';
import { Tiers } from '../directory/tiers.ts';
import type {
  CorrectionFact,
  CorrectionKind,
  CostEntry,
  Fact,
  FactOf,
  SourceHeartbeat,
} from '../facts/fact.ts';
import type { Fate } from '../fold-contract.ts';
import type { MetricDefinition } from '../metrics/catalogue.ts';
import { metricDefinition } from '../metrics/catalogue.ts';
import type { Money } from '../metrics/money.ts';
import type { Censored, Clock, WindowCode } from '../metrics/value.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import { canonicalJson } from '../num/integer.ts';
import type { GaugeIndex } from '../panes/gauge-index.ts';
import type { WaitIndex } from '../panes/wait-index.ts';
import { FINEST_MS } from '../panes/window.ts';
import { wholeHour } from '../time/instant.ts';
import { Across } from './across.ts';
import { Calendars } from './calendars.ts';
import { ClosedPeriods, type PeriodChange } from './closed-periods.ts';
import type { Told } from './contributions.ts';
import { type ConversationShelf, createConversationShelf } from './conversation-shelf.ts';
import type { ToldConversation } from './conversation-text.ts';
import { CorrectionBook } from './correction-book.ts';
import { type Deferred, Derivations } from './derivations.ts';
import { type EventChange, eventOf, type Reason } from './emit.ts';
import { FirstWaits } from './first-waits.ts';
import { Forgetting } from './forgetting.ts';
import { Gauges } from './gauges.ts';
import { Merges } from './merges.ts';
import type { Outbox } from './outbox.ts';
import type { PastDays } from './past-days.ts';
import type { PastQuarters } from './past-quarters.ts';
import type { PeakRows } from './peak-rows.ts';
import { People } from './people.ts';
import { createDeclared, derivedBy } from './rules.ts';
import { createSampling, type Sampling } from './sampling.ts';
import { seeTags } from './seen-tags.ts';
import { ShownSeries } from './shown-series.ts';
import { WorkspaceSla } from './sla-terms.ts';
import { Sources } from './sources.ts';
import { Spending } from './spending.ts';
import { Standings } from './standings.ts';
import { Tally } from './tally.ts';
import { countTransition, newTotals, type Totals } from './totals.ts';
import {
  decodeField,
  encodeField,
  fieldNames,
  splitField,
  type WorkspaceFields,
} from './workspace-fields.ts';

/** Some milliseconds of work. */
const RESTORED_PER_STEP = 250;

export interface WorkspaceDeps {
  readonly id: string;
  readonly topology: number;
  readonly outbox: Outbox;
  readonly hash: (text: string) => string;
  /** Conversations held as objects; the others as text. */
  readonly awakeMax: number;
}

/** Conversations as they stand, for a look at what a value is made of. */
export interface Evidence {
  readonly view: (id: string) => Conversation;
  /** Its transitions of these kinds, and perhaps others. */
  readonly told: (id: string, kinds: ReadonlySet<TransitionKind>) => ToldConversation;
  /** Every one with a transition from an instant within a window on, and some more. */
  readonly since: (at: number) => Iterable<string>;
  readonly toldOf: (conversation: ToldConversation) => Told;
  readonly storyOf: (conversation: Conversation) => Story;
}

/** What `fold.ts` and the readers see of a workspace. Fields change only through the methods. */
export class WorkspaceFold implements WorkspaceFields {
  readonly id: string;
  readonly #deps: WorkspaceDeps;
  T = 0;
  firstAt: number | null = null;
  config: WorkspaceConfig | null = null;
  configHash = '';
  readonly #calendars: Calendars = new Calendars();
  readonly #conversations: ConversationShelf;
  readonly #forgetting: Forgetting;
  readonly #stored = (field: string): void => void this.#dirtyPuts.add(field);
  readonly #sources: Sources = new Sources(this.#stored);
  readonly tiers: Tiers = new Tiers(this.#stored);
  readonly #people: People = new People({ config: () => this.config, changed: this.#stored });
  readonly corrections: CorrectionBook = new CorrectionBook();
  readonly merges: Merges;
  readonly #sla: WorkspaceSla = new WorkspaceSla((id) => this.directory.tierOf(id));
  readonly totals: Totals = newTotals();
  readonly fates: Record<Fate, number> = { applied: 0, redundant: 0, quarantined: 0 };
  readonly shown: ShownSeries = new ShownSeries({
    config: () => this.config,
    rowChanged: (row) => void this.#dirtyPuts.add(`row/${row}`),
    hasCosts: () => this.costs.size > 0,
    windows: () => this.windows,
    teamOf: () => this.#people.teamOf(),
  });
  readonly #gauges: Gauges = new Gauges(this.shown);
  readonly #tally: Tally;
  readonly #spending: Spending;
  readonly #standings: Standings = new Standings({
    T: () => this.T,
    shown: this.shown,
    gauges: this.#gauges,
    rowsOf: () => this.#tally.rowsOf,
  });
  readonly #sampling: Sampling;
  readonly #declared: ReturnType<typeof createDeclared> = createDeclared();
  readonly #dirtyPuts: Set<string> = new Set();
  readonly #firstWaits: FirstWaits = new FirstWaits({
    T: () => this.T,
    hours: () => this.#calendars.clock,
    rowsOf: () => this.#tally.rowsOf,
    shown: this.shown,
  });
  readonly #closed: ClosedPeriods;
  readonly #derivations: Derivations;
  /** What rows tell of one another. */
  readonly across: Across;

  constructor(deps: WorkspaceDeps) {
    this.id = deps.id;
    this.#deps = deps;
    this.#sampling = createSampling(this, deps);
    this.#conversations = createConversationShelf(deps.awakeMax);
    this.#spending = new Spending({
      ...{ shown: this.shown, calendars: this.#calendars, changed: this.#stored },
      config: () => this.config,
      tally: () => this.#tally,
      closed: () => this.#closed,
    });
    this.#tally = new Tally({
      shown: this.shown,
      conversations: this.#conversations,
      firstAt: () => this.firstAt ?? this.T,
      changed: this.#stored,
      moved: (move) => this.#closed.moved(move),
      weighedBy: () => this.#spending.weighedBy(),
    });
    this.#closed = new ClosedPeriods({
      windows: this.windows,
      T: () => this.T,
      since: () => this.firstAt ?? this.T,
      dateOf: (start) => this.#tally.dateOf(start),
      emit: (change) => this.#emitCorrection(change),
    });
    this.across = new Across({
      ...{ windows: this.windows, shown: this.shown, people: this.#people, gauges: this.#gauges },
    });
    this.merges = new Merges({
      book: this.corrections,
      conversations: this.#conversations,
      changed: (id) => void this.#dirtyPuts.add(`merge/${id}`),
    });
    this.#derivations = new Derivations({
      ...{ conversations: this.#conversations, corrections: this.corrections, merges: this.merges },
      ...{ totals: this.totals, tally: this.#tally, closed: this.#closed },
      ...{ standings: this.#standings, firstWaits: this.#firstWaits, sampling: this.#sampling },
      context: () => this.#deriving,
      heard: (conversation) => this.#forgetting.heard(conversation),
      emit: (conversation, t, change) => this.#emit(conversation, t, change),
      changed: this.#stored,
    });
    this.#forgetting = new Forgetting({
      conversations: this.#conversations,
      isHeldBack: (id) => this.#derivations.isHeldBack(id),
      isOpenGroup: (id) => this.#derivations.isDeferred(id),
      summarise: (conversation) => this.#derivations.summarise(conversation),
      changed: (id) => void this.#dirtyPuts.add(`conv/${id}`),
    });
  }

  get deferred(): Deferred | null {
    return this.#derivations.deferred;
  }

  set deferred(deferred: Deferred | null) {
    this.#derivations.deferred = deferred;
  }

  get windows(): WindowsState {
    return this.#tally.windows;
  }

  get pastDays(): PastDays {
    return this.#tally.pastDays;
  }

  get pastQuarters(): PastQuarters {
    return this.#tally.pastQuarters;
  }

  /** What is usual at this hour of the week; null: nobody knows. */
  usual(row: string, code: WindowCode): number | null {
    return this.#tally.usualOf(row, code);
  }

  /** How much comes in each hour of the week. */
  get peaks(): PeakRows {
    return this.#tally.peaks;
  }

  get rowsSince(): Map<string, number> {
    return this.#tally.rowsSince;
  }

  get calendars(): readonly CalendarVersion[] {
    return this.#calendars.versions;
  }

  set calendars(versions: readonly CalendarVersion[]) {
    this.#calendars.restore(versions);
  }

  get costs(): Map<string, CostEntry> {
    return this.#spending.entries;
  }

  get costTerms(): CostTerms {
    return this.#spending.terms;
  }

  get money(): Money {
    return this.#spending.money;
  }

  get heartbeats(): Map<string, SourceHeartbeat> {
    return this.#sources.heartbeats;
  }

  get directory(): Directory {
    return this.#people.directory;
  }

  get rows(): Set<string> {
    return this.shown.rows;
  }

  get waits(): WaitIndex {
    return this.#gauges.waits;
  }

  /** When targets are due that run. */
  get dues(): WaitIndex {
    return this.#gauges.dues;
  }

  get gauges(): GaugeIndex {
    return this.#gauges.counts;
  }

  get noRoster(): boolean {
    return !this.#people.hasPersons;
  }

  /** How many open conversations each agent has, ascending; of a team, or of all (null). */
  loads(team: string | null): readonly number[] {
    const agents = team === null ? this.#people.persons() : this.#people.members(team);
    return this.#gauges.loads.loads(team, agents);
  }

  get hasHours(): boolean {
    return this.#calendars.clock !== null;
  }

  get slaKinds(): ReadonlySet<SlaKind> {
    return this.#sla.kinds;
  }

  get noMessages(): boolean {
    return this.config?.messages === 'none';
  }

  /** Something was hinted over a minute ago and is not read yet. */
  get unread(): boolean {
    return this.#standings.unread;
  }

  /** Conversations whose start rests on an unread thread. */
  get provisional(): ReadonlySet<string> {
    return this.#standings.provisional;
  }

  /** Stops where a conversation becomes another one by time alone: in one step or many, the same. */
  advance(T: number): void {
    for (let due = this.#standings.takeDue(T); due; due = this.#standings.takeDue(T)) {
      this.#rankRows(due.at);
      this.#advanceTo(due.at);
      for (const id of due.ids) this.#derivations.becomeDue(id, due.at);
    }
    this.#rankRows(T);
    this.#advanceTo(T);
  }

  /** Who of too many values is shown is decided at the whole hour, by what counted until then. */
  #rankRows(T: number): void {
    const hour = wholeHour(T);
    if (hour <= wholeHour(this.T) || !this.shown.isCapped) return;
    this.#advanceTo(hour);
    if (!this.#tally.rank((row) => this.gauges.read(row))) return;
    for (const id of this.#conversations.ids()) this.#standings.place(this.#conversations.view(id));
  }

  #advanceTo(T: number): void {
    if (T <= this.T) return;
    this.across.changed();
    const { unread } = this;
    // Money is read up to the last edge of a pane: what was handled since counts once T passes one.
    const isPast = Math.floor(T / FINEST_MS) > Math.floor(this.T / FINEST_MS);
    const full = isPast ? this.#tally.full() : 0;
    const isHour = wholeHour(T) > wholeHour(this.T);
    this.#sampling.advance(this.T, T);
    this.T = T;
    this.#tally.advance(T);
    this.#gauges.advance(T);
    if (isHour) {
      this.#forgetting.advance(T);
      this.#standings.recent.advance(T);
      this.#firstWaits.advance(T);
      this.#spending.advance(T);
    }
    if (isPast) {
      this.#firstWaits.passEdge();
      this.shown.passEdge();
    }
    const filled = isPast && this.#tally.full() !== full;
    if (filled || this.unread !== unread) this.shown.touchAll();
  }

  /** Applies one fact at its offset; log time was advanced to it before. */
  ingest(fact: Fact, offset: number): Fate {
    if (this.firstAt === null) {
      this.firstAt = fact.recordedAt;
      this.#dirtyPuts.add('meta').add('totals');
      this.shown.touchAll();
    }
    this.across.changed();
    this.#derivations.closeGroup(fact, offset);
    const fate = this.#apply(fact, offset);
    this.count(fate);
    return fate;
  }

  count(fate: Fate): void {
    this.fates[fate] += 1;
    this.#dirtyPuts.add('fates');
  }

  #apply(fact: Fact, offset: number): Fate {
    switch (fact.kind) {
      case 'tick':
        return 'applied';
      case 'config.applied':
        return this.#applyConfig(fact, offset);
      case 'source.heartbeat':
        return fateOf(this.#sources.take(fact));
      case 'cost.entry':
        return fateOf(this.#spending.take(fact.body, this.T));
      case 'user.observed':
        return this.#applyUser(fact, offset);
      case 'account.observed':
        return this.#applyAccount(fact, offset);
      case 'team.observed':
      case 'contact.observed':
      case 'status.observed':
        return fateOf(this.across.heard(this.#people.take(fact)));
      case 'correction.retract':
      case 'correction.merge':
      case 'correction.closed_by':
      case 'correction.author_kind':
      case 'correction.supersede':
        return this.#applyCorrection(fact, offset);
      default:
        return this.#applyConversation(fact, offset);
    }
  }

  #applyConfig(fact: FactOf<'config.applied'>, offset: number): Fate {
    if (fact.body.configHash === this.configHash) return 'redundant';
    const before = derivedBy(this.config);
    this.configHash = fact.body.configHash;
    const by = this.config?.by;
    this.config = JSON.parse(fact.body.document) as WorkspaceConfig;
    this.#dirtyPuts.add('config');
    const now = this.config.by;
    if (canonicalJson(by ?? {}) !== canonicalJson(now ?? {})) {
      for (const one of this.#tally.retelling(by, now, this.T)) this.#standings.place(one);
      this.#firstWaits.placeAll();
    }
    this.across.heard(true);
    this.#gauges.seeAgents([...this.#people.persons()], this.config.by);
    if (this.#calendars.declare(this.config.calendar, this.T)) this.#recount();
    this.#sla.declare(this.config.sla);
    this.#sampling.configured(fact.body);
    this.#spending.configured();
    if (derivedBy(this.config) !== before) this.#derivations.all(offset);
    this.shown.touchAll();
    this.shown.touchTree();
    return 'applied';
  }

  /** Days are others. */
  #recount(): void {
    this.#dirtyPuts.add('calendars');
    for (const _ of this.#tally.recounting(this.calendars, this.T));
  }

  #applyUser(fact: FactOf<'user.observed'>, offset: number): Fate {
    const { isNew, isOther } = this.#people.takeUser(fact);
    if (this.across.heard(isNew) && this.#people.isOnRoster(fact.entity)) {
      this.#gauges.seeAgents([fact.entity], this.config?.by);
    }
    if (isOther) this.#derivations.all(offset);
    return fateOf(isNew);
  }

  /** Targets go by the tier as known now; what counts, by that of its instant. */
  #applyAccount(fact: FactOf<'account.observed'>, offset: number): Fate {
    const before = this.directory.tierOf(fact.entity);
    const isNew = this.#people.take(fact);
    const isOther = this.tiers.take(fact.entity, fact.observedAt, fact.body.tier);
    if (isOther || this.directory.tierOf(fact.entity) !== before) {
      this.#derivations.each(this.#standings.accounts.of(fact.entity), offset);
    }
    return fateOf(isNew || isOther);
  }

  #applyConversation(fact: ConversationFact, offset: number): Fate {
    let conversation = this.#conversations.get(fact.entity);
    if (!conversation) {
      conversation = newConversation(fact.entity);
      this.#conversations.add(conversation);
    }
    if (fact.kind === 'issue.observed') seeTags(fact, this.windows.tags, this.shown, this.#stored);
    const outcome = addFact(conversation, fact);
    this.#forgetting.heard(conversation);
    this.#dirtyPuts.add(`conv/${fact.entity}`);
    if (!this.#derivations.defers(fact) && this.#derivations.one(conversation, offset)) {
      return 'applied';
    }
    return outcome === 'changed' ? 'applied' : 'redundant';
  }

  /** What it speaks of may be told later: it is kept until then. */
  #applyCorrection(fact: CorrectionFact, offset: number): Fate {
    const { factId, kind } = fact;
    if (!this.corrections.take(fact)) return 'redundant';
    this.#dirtyPuts.add(`corr/${factId}`);
    const subject = this.corrections.subjectOf(this.corrections.get(factId)!);
    const cause = { offset, correction: factId, reason: REASONS[kind] };
    if (subject?.kind === 'correction.author_kind') this.#derivations.all(cause);
    else if (subject && this.#conversations.has(subject.entity)) {
      const conversation = this.#conversations.get(subject.entity)!;
      this.#derivations.one(conversation, cause);
      // What it held back may be forgotten now.
      this.#forgetting.heard(conversation);
    }
    return 'applied';
  }

  get #deriving(): DeriveContext {
    const { noMessages, config, T } = this;
    const autoCloseAfterMs = config?.autoCloseAfterMs;
    const declared = this.#declared(config);
    const { clock } = this.#calendars;
    const { isPerson, isManager } = this.#people;
    const { terms: sla } = this.#sla;
    const { authorKinds } = this.corrections;
    const people = { isPerson, isManager, authorKinds };
    const tiersOf = this.tiers.of;
    return { noMessages, autoCloseAfterMs, declared, ...people, T, clock, sla, tiersOf };
  }

  /** What the explanation of a value is made of; nothing of it may be changed. */
  get evidence(): Evidence {
    return {
      view: (id) => this.#conversations.view(id),
      told: (id, kinds) => this.#conversations.told(id, kinds),
      since: (at) => this.#standings.recent.since(at),
      toldOf: (conversation) => this.#tally.toldOf(conversation),
      storyOf: (conversation) => this.#derivations.storyOf(conversation),
    };
  }

  /** First replies since an instant, with those who still wait for one, up to the last edge of a pane. */
  censored(row: string, from: number, clock: Clock): Censored {
    return this.#firstWaits.read(row, from, clock);
  }

  /** Since when a row counts all there was. */
  countsSince(row: string): number {
    return this.#tally.countsSince(row);
  }

  #emit(conversation: Conversation, t: Transition, change: EventChange): void {
    countTransition(this.totals, t, change.sign);
    const event = eventOf(conversation, t, change, this.#deps);
    this.#deps.outbox.add('events.v1', conversation.id, event);
  }

  #emitCorrection(change: PeriodChange): void {
    const { id: workspace, topology, hash, outbox } = this.#deps;
    const { series, period, cause } = change;
    const correctionId = hash(
      [workspace, series, period, cause, change.old, change.new].join('\u001f'),
    );
    const record = { workspace, topology, correctionId, ...change, at: this.T };
    outbox.add('corrections.v1', `${workspace}/${series}/${period}`, record);
  }

  /** Puts of what changed since the last call: [field, text]; null deletes. */
  *takePuts(): Generator<readonly [string, string | null]> {
    this.#sampling.touchPut(this.#dirtyPuts);
    for (const field of this.#dirtyPuts) yield [field, this.#textOf(field)];
    this.#dirtyPuts.clear();
    this.#conversations.settle();
  }

  *allPuts(): Generator<readonly [string, string | null]> {
    const fields = ['sampler', ...fieldNames(this)];
    for (const id of this.#conversations.ids()) fields.push(`conv/${id}`);
    for (const field of fields.sort()) {
      const text = this.#textOf(field);
      if (text !== null) yield [field, text];
    }
  }

  #textOf(field: string): string | null {
    if (field === 'sampler') return this.#sampling.encode();
    const [kind, id] = splitField(field);
    return kind === 'conv' ? this.#conversations.textOf(id) : encodeField(this, kind, id);
  }

  /** Takes one stored field. Call `restoring(T)` after the last. */
  restoreField(field: string, text: string): void {
    const [kind, id] = splitField(field);
    if (kind === 'conv') this.#conversations.restore(id, text);
    else if (kind === 'sampler') this.#sampling.decode(JSON.parse(text));
    else decodeField(this, kind, id, text);
  }

  /** Rebuilds windows, waits and marks from the conversations' transitions; a page with each step. */
  *restoring(T: number): Generator<void> {
    let n = 0;
    this.T = T;
    this.#tally.declare(this.config?.by);
    this.#sla.declare(this.config?.sla);
    this.shown.configured();
    this.#gauges.advance(T);
    this.#forgetting.restart(T);
    this.#standings.recent.advance(T);
    for (const conversation of this.#tally.recounting(this.calendars, T)) {
      this.#forgetting.restored(conversation);
      this.#derivations.restore(conversation);
      if (++n % RESTORED_PER_STEP === 0) yield;
    }
    this.#dirtyPuts.clear();
    this.shown.take();
  }

  /** As it stands; null: nothing was ever told of it. Not to be changed. */
  conversation(id: string): Conversation | null {
    return this.#conversations.has(id) ? this.#conversations.view(id) : null;
  }

  *conversations(): Generator<Conversation> {
    for (const id of this.#conversations.ids()) yield this.#conversations.view(id);
  }

  metricOf(key: string): MetricDefinition | null {
    return metricDefinition(key.split('{', 1)[0]!);
  }
}

const fateOf = (isNew: boolean): Fate => (isNew ? 'applied' : 'redundant');

/** Why transitions change that a correction changes. */
const REASONS: Readonly<Record<CorrectionKind, Reason>> = {
  'correction.retract': 'retracted',
  'correction.merge': 'merged',
  'correction.closed_by': 'closed_by_corrected',
  'correction.author_kind': 'author_corrected',
  'correction.supersede': 'correction_superseded',
};
