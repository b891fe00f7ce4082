/**
 * What every metric comes to at the end of a simulated week: the desk that declares everything, read
 * over REST at each change, folded here. The same in every run.
 */
import { factIdOf } from '@sapwood/contracts/facts';
import { CATALOGUE, type MetricDefinition } from '@sapwood/core/catalogue';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import type { FactFold } from '@sapwood/core/fold';
import type { Cell } from '@sapwood/core/metrics';
import type { LogTime } from '@sapwood/core/time';
import { correctionFact, readCorrections } from '@sapwood/pylon/corrections';
import { readCostBody } from '@sapwood/pylon/cost-feed';
import { accountFact, userFact } from '@sapwood/pylon/directory-facts';
import { createPseudonym, DEFAULT_STATUSES, type FactContext } from '@sapwood/pylon/facts';
import { goneFact, type RestArrival, restFacts } from '@sapwood/pylon/rest-facts';
import {
  RestAccountSchema,
  RestIssueSchema,
  RestMessageSchema,
  RestUserSchema,
} from '@sapwood/pylon/rest-objects';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { addAccounts, monthlyCosts } from '@sapwood/simulator/desk';
import { isWord, type Told } from '@sapwood/simulator/hand';
import { accountShape, issueShape, messageShape, userShapes } from '@sapwood/simulator/rest-shapes';
import { createStories } from '@sapwood/simulator/stories';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import { configFact } from '../config-fact.ts';
import { DESK_KEY, deskSetup } from '../desk-setup.ts';
import { newFactFold, seriesOf } from '../facts-fold.ts';
import type { Setup } from '../setup.ts';

const NAMES = {
  ...{ workspace: 'desk', source: 'pylon', costKey: 'key-of-the-week' },
  ...{ secret: 'secret-of-the-week', token: 'token-of-the-week' },
};
const HOUR_MS = 3_600_000;
const DAY_MS: number = 24 * HOUR_MS;
/** In London, a Monday to the Monday after, in the afternoon: a day that is in full swing. */
const FROM: number = Date.parse('2026-03-09T06:00:00Z');
const TO: number = Date.parse('2026-03-16T15:00:00Z');
const READ_MS = 1_000;
const STORIES_EVERY_MS: number = 3 * HOUR_MS;
const PEAK_PER_HOUR = 1;

/** By id of what is computed: `4 m 12 s`, `8.1 %`, or `unknown: why`. */
export function weekValues(): ReadonlyMap<string, string> {
  const series = seriesOf(weekFold(PEAK_PER_HOUR), NAMES.workspace, 0);
  return new Map(
    CATALOGUE.map((metric) => [metric.id, told(metric, series.get(metric.id)?.cells ?? [])]),
  );
}

/** The week as it stands at its end; `peakPerHour`: conversations begun in the busiest hour. */
export function weekFold(peakPerHour: number): FactFold {
  const fold = newFactFold();
  let offset = 0;
  for (const fact of weekFacts(peakPerHour)) {
    fold.advance(fold.timeOf(fact));
    if (fold.judge(fact).kind === 'ok') fold.ingest(fact, offset);
    fold.touched();
    offset += 1;
  }
  fold.advance(TO as LogTime);
  return fold;
}

/** Over seven days, or the longest window up to that, or the shortest beyond; on the wall. */
const WINDOWS = ['7d', '24h', '60m', 'now', '28d', '56d'] as const;

function told(metric: MetricDefinition, cells: readonly Cell[]): string {
  const of = (window: string): Cell | undefined =>
    cells.find((cell) => cell.window === window && cell.clock === 'wall');
  const cell = WINDOWS.map(of).find((one) => one !== undefined);
  if (!cell) return 'unknown: nothing was told';
  const why = cell.reasons.length === 0 ? '' : `: ${cell.reasons.join(', ')}`;
  if (cell.value === null) return `${cell.state}${why}`;
  const over = cell.window === 'now' ? 'now' : `${cell.window}, n ${cell.n}`;
  const state = cell.state === 'live' ? '' : `, ${cell.state}${why}`;
  return `${valueText(cell.value, metric.unit)} (${over}${state})`;
}

function valueText(value: number, unit: MetricDefinition['unit']): string {
  if (unit === 'ppm') return `${(value / 10_000).toFixed(1)} %`;
  if (unit === 'micro') return `${(value / 1_000_000).toFixed(2)} GBP`;
  if (unit === 'milli') return (value / 1_000).toFixed(2);
  return unit === 'ms' ? durationText(value) : String(value);
}

const UNITS = [
  [DAY_MS, 'd'],
  [HOUR_MS, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
] as const;

/** Its two largest units. */
function durationText(ms: number): string {
  const at = UNITS.findIndex(([length]) => ms >= length);
  if (at < 0) return '0 s';
  const [length, name] = UNITS[at]!;
  const rest = UNITS[at + 1];
  const whole = `${Math.floor(ms / length)} ${name}`;
  const more = rest === undefined ? 0 : Math.floor((ms % length) / rest[0]);
  return more === 0 ? whole : `${whole} ${more} ${rest![1]}`;
}

function weekFacts(peakPerHour: number): Fact[] {
  const world = createSimulatedTenant({ seed: 7, startMs: FROM, peakPerHour });
  addAccounts(world);
  const setup = deskSetup(world, NAMES, createVirtualClock(FROM));
  const drafts = [
    ...beginning(world, setup),
    ...costs(),
    ...heartbeats(),
    ...happenings(world, setup),
  ];
  // A stable sort: what comes at one instant stays in order.
  return drafts
    .sort((a, b) => a.at - b.at)
    .map(({ at, fact }) => ({ ...fact, v: 1, recordedAt: at, factId: factIdOf(fact) }) as Fact);
}

interface Dated {
  readonly at: number;
  readonly fact: DraftFact;
}
const dated =
  (at: number) =>
  (fact: DraftFact): Dated => ({ at, fact });

function contextOf(setup: Setup): FactContext & { readonly accountFields: AccountFields } {
  const [source] = setup.sources;
  const { roster, priorityField, categoryField, statuses, accountFields } = source!;
  return {
    ...{ workspace: NAMES.workspace, roster, priorityField, categoryField, messages: 'read' },
    statuses: new Map([...DEFAULT_STATUSES, ...Object.entries(statuses)]),
    pseudonym: createPseudonym(DESK_KEY),
    accountFields: accountFields!,
  };
}
type AccountFields = Parameters<typeof accountFact>[1]['accountFields'];

/** Told only where it is asked for. */
const COMPARED = {
  agentIndex: true,
  by: {
    'account-health-score': ['account'],
    'agent-productivity-index': ['assignee'],
    'agent-specialisation': ['assignee', 'category'],
    'knowledge-gap-score': ['category'],
  },
} as const;

/** What is declared, and who there is. */
function beginning({ staff }: SimulatedTenant, setup: Setup): Dated[] {
  const context = contextOf(setup);
  const [workspace] = setup.workspaces;
  const users = userShapes(staff).map((one) => userFact(RestUserSchema.parse(one), context, FROM));
  const accounts = staff.accounts.map((one) =>
    accountFact(RestAccountSchema.parse(accountShape(one)), context, FROM),
  );
  const config = { ...workspace!.config, ...COMPARED };
  return [configFact(NAMES.workspace, config, FROM), ...users, ...accounts].map(dated(FROM));
}

const ENVELOPE = { workspace: NAMES.workspace, srcs: [], readAfter: null, group: null } as const;

function costs(): Dated[] {
  return monthlyCosts(FROM, FROM + 28 * DAY_MS).flatMap(({ at, entries }) => {
    const read = readCostBody(entries);
    if (!read.ok) throw new Error(JSON.stringify(read.errors));
    const facts = read.entries.map((body): DraftFact => {
      const base = { ...ENVELOPE, entity: body.costId, at: null, observedAt: at, body };
      return { ...base, kind: 'cost.entry', origin: 'feed', via: 'feed' };
    });
    return at < TO ? facts.map(dated(at)) : [];
  });
}

function heartbeats(): Dated[] {
  return Array.from({ length: Math.floor((TO - FROM) / HOUR_MS) + 1 }, (_, i): Dated => {
    const at = FROM + i * HOUR_MS;
    const body = { coveredThrough: at, basis: 'reconciled' } as const;
    const base = { ...ENVELOPE, entity: NAMES.source, at, observedAt: at, body };
    return dated(at)({ ...base, kind: 'source.heartbeat', origin: 'system', via: 'system' });
  });
}

/** The desk's own business and its stories; each change is read a second later. */
function happenings(world: SimulatedTenant, setup: Setup): Dated[] {
  const { behaviour, tenant } = world;
  const context = contextOf(setup);
  const { workspace } = NAMES;
  const stories = createStories(world, { workspace, startMs: FROM, everyMs: STORIES_EVERY_MS });
  const found: Dated[] = [];
  const known = new Set<string>();
  for (let at = 0; ; ) {
    at = Math.min(behaviour.nextAt(), stories.nextAt());
    if (at + READ_MS > TO) return found;
    const happened = at === behaviour.nextAt() ? behaviour.step() : stories.step();
    found.push(...happened.flatMap((one) => factsOf(one, world, context)));
    for (const one of happened) if (!isWord(one)) known.add(one.issueId);
    for (const id of known) {
      if (tenant.issues.has(id)) continue;
      known.delete(id);
      found.push(dated(at + READ_MS)(goneFact(id, arrivalAt(at), context)));
    }
  }
}

const arrivalAt = (at: number): RestArrival => ({
  ...{ observedAt: at + READ_MS, origin: 'webhook', srcs: [] },
  readAfter: { epoch: 0, offset: 0 },
});

function factsOf(one: Told, { tenant, staff }: SimulatedTenant, context: FactContext): Dated[] {
  if (isWord(one)) return [said(one.say)];
  const issue = tenant.issues.get(one.issueId);
  if (!issue) return [];
  const messages = issue.messages.map((m) => RestMessageSchema.parse(messageShape(m, issue)));
  const read = RestIssueSchema.parse(issueShape(issue, staff));
  const facts = restFacts(read, messages, [], arrivalAt(one.at), context);
  return facts.map(dated(one.at + READ_MS));
}

function said(word: Readonly<Record<string, unknown>> & { readonly at: number }): Dated {
  const read = readCorrections({ corrections: [word] });
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  const src = { topic: 'raw.cost.v1', partition: 0, epoch: 0, offset: 0 };
  const arrival = { receivedAt: word.at, src };
  return dated(word.at)(correctionFact(NAMES.workspace, read.corrections[0]!, arrival));
}
