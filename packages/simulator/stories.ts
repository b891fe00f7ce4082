/**
 * What a desk meets beside its usual business, each on an issue of its own: transfers of every kind,
 * rests, reopenings, an AI agent's closes and what became of them, spam, deletions, imports, and what
 * people say about it afterwards. One story begins after the other, for as long as anybody asks.
 */
import { factIdOf } from '@sapwood/contracts/facts';
import { correctionFact, readCorrections } from '@sapwood/pylon/corrections';
import { createAgenda } from './agenda.ts';
import type { Change, Channel, IssueEdit, SimAgent, SimIssue, State, Tenant } from './tenant.ts';
import type { SimulatedTenant } from './world.ts';

/** An entry of `POST /v1/corrections`. */
export interface Word {
  readonly say: Readonly<Record<string, unknown>> & { readonly at: number };
}
export type Told = Change | Word;
export const isWord = (told: Told): told is Word => 'say' in told;

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

const SECOND = 1_000;
const MINUTE: number = 60 * SECOND;
const HOUR: number = 60 * MINUTE;
const DAY: number = 24 * HOUR;
/** As the desk declares it: an automation closes what a customer has left alone so long. */
export const AUTO_CLOSE_MS: number = 3 * DAY;

type Act = (at: number) => Told | null | readonly (Told | null)[];
/** So long after the step before. */
type Step = readonly [afterMs: number, act: Act];

const CHANNELS: readonly Channel[] = ['email', 'chat_widget', 'slack', 'phone'];
const PRIORITIES = ['urgent', 'high', 'medium', 'low', null] as const;

/** What can be done to the issue of a story. */
interface Hand {
  ask(channel?: Channel): Act;
  bot: Act;
  reply(agent: SimAgent): Act;
  note(agent: SimAgent): Act;
  automation: Act;
  state(state: State): Act;
  own(agent: SimAgent | null): Act;
  move(team: number): Act;
  edit(edit: IssueEdit): Act;
  say(word: Readonly<Record<string, unknown>>): Act;
  /** Takes back the last thing that was said. */
  unsay: Act;
  vanish: Act;
  redact: Act;
  /** An issue that was closed before, for words about two. */
  other(): string;
  /** Agents of a team, the leading one first. */
  of(team: number): readonly SimAgent[];
}

export function createStories(world: SimulatedTenant, options: StoriesOptions): Stories {
  const { tenant, chance } = world;
  const agenda = createAgenda<() => readonly Told[]>();
  const names = Object.keys(STORIES);
  let begun = 0;

  function begin(at: number): readonly Told[] {
    const name = names[begun % names.length]!;
    const hand = handOn(world, options.workspace, begun);
    begun += 1;
    plan([...STORIES[name]!(hand)], at);
    agenda.add(at + Math.round(options.everyMs * chance.between(0.7, 1.3)), () => begin(agendaAt));
    return [];
  }
  function plan(steps: Step[], from: number): void {
    const [next, ...rest] = steps;
    if (!next) return;
    const [afterMs, act] = next;
    agenda.add(from + afterMs, () => {
      const at = agendaAt;
      const told = [act(at)].flat().filter((one) => one !== null);
      plan(rest, at);
      return told;
    });
  }

  let agendaAt = options.startMs;
  agenda.add(agendaAt, () => begin(agendaAt));
  return {
    nextAt: () => agenda.nextAt()!,
    step() {
      const { at, item } = agenda.take()!;
      agendaAt = at;
      tenant.prune();
      return item();
    },
  };
}

function handOn(world: SimulatedTenant, workspace: string, serial: number): Hand {
  const { tenant, staff, chance } = world;
  const id = chance.uuid();
  const own = CHANNELS[serial % CHANNELS.length]!;
  let lastWord: string | null = null;
  const issue = (): SimIssue => tenant.issues.get(id)!;
  const write =
    (message: Omit<Parameters<Tenant['message']>[2], 'id'>): Act =>
    (at) =>
      tenant.message(at, id, { id: chance.uuid(), ...message });
  const say =
    (word: Readonly<Record<string, unknown>>): Act =>
    (at) => {
      const said = { conversation: id, reason: 'a story', at, ...word };
      lastWord = wordId(workspace, said);
      return { say: said };
    };
  return {
    ask: (channel) => (at) => {
      if (tenant.issues.has(id)) {
        const person = issue().requester;
        return write({ author: 'customer', person, ...(channel ? { channel } : {}) })(at);
      }
      const account = staff.accounts[serial % staff.accounts.length]!;
      const [requester] = staff.contacts.get(account.id)!;
      return tenant.create(at, {
        ...{ id, messageId: chance.uuid(), channel: channel ?? own, account },
        priority: PRIORITIES[serial % PRIORITIES.length]!,
        requester: requester!,
        teamId: staff.teams[0]!.id,
      });
    },
    bot: write({ author: 'bot', person: staff.bot }),
    reply: (person) => write({ author: 'team', person }),
    note: (person) => write({ author: 'team', person, private: true }),
    automation: write({ author: 'automation', person: null }),
    state: (state) => (at) => tenant.setState(at, id, state),
    own: (agent) => (at) => tenant.assign(at, id, agent?.id ?? null),
    move: (team) => (at) => tenant.move(at, id, staff.teams[team]!.id),
    edit: (edit) => (at) => tenant.edit(at, id, edit),
    say,
    unsay: (at) => ({
      say: { kind: 'supersede', correction: lastWord, reason: 'it was wrong', at },
    }),
    vanish: () => {
      tenant.remove(id);
      return null;
    },
    redact: (at) => tenant.redact(at, id, issue().messages.at(-1)!.id),
    other: () => [...tenant.issues.values()].find(({ state }) => state === 'closed')?.id ?? id,
    of: (team) => staff.agents.filter(({ teamId }) => teamId === staff.teams[team]!.id),
  };
}

/** The id that a correction will have as a fact: it names its content and its instant. */
function wordId(workspace: string, said: Readonly<Record<string, unknown>>): string {
  const read = readCorrections({ corrections: [said] });
  if (!read.ok) throw new Error(`no correction: ${JSON.stringify(read.errors)}`);
  const src = { topic: 'raw.cost.v1', partition: 0, epoch: 0, offset: 0 };
  return factIdOf(correctionFact(workspace, read.corrections[0]!, { receivedAt: 0, src }));
}

/** Told as if it had happened so long ago: what another tool had, brought over. */
const before =
  (ms: number, act: Act): Act =>
  (at) =>
    act(at - ms);
const silently =
  (act: Act): Act =>
  (at) => {
    act(at);
    return null;
  };

/** By name; each from the customer's first message on. */
const STORIES: Readonly<Record<string, (hand: Hand) => readonly Step[]>> = {
  handoff: (h) => {
    const [, ada, ben] = h.of(0);
    return [
      [0, h.ask()],
      [MINUTE, h.own(ada!)],
      [2 * MINUTE, h.reply(ada!)],
      [5 * MINUTE, h.own(ben!)],
      [8 * MINUTE, h.reply(ben!)],
      [HOUR, h.own(ada!)],
      [10 * MINUTE, h.reply(ada!)],
      [20 * MINUTE, h.state('closed')],
    ];
  },
  tierUp: (h) => {
    const [, ada] = h.of(0);
    const [, far] = h.of(1);
    return [
      [0, h.ask()],
      [4 * MINUTE, h.own(ada!)],
      [MINUTE, h.reply(ada!)],
      [20 * MINUTE, h.move(1)],
      [30 * SECOND, h.own(far!)],
      [3 * HOUR, h.reply(far!)],
      [HOUR, h.state('closed')],
      [DAY, h.edit({ csat: [5] })],
    ];
  },
  manager: (h) => {
    const [lead, ada] = h.of(0);
    return [
      [0, h.ask()],
      [MINUTE, h.own(ada!)],
      [MINUTE, h.reply(ada!)],
      [HOUR, h.own(lead!)],
      [HOUR, h.reply(lead!)],
      [5 * MINUTE, h.state('closed')],
      [2 * HOUR, h.edit({ csat: [2] })],
    ];
  },
  engineering: (h) => {
    const [, , ben] = h.of(0);
    return [
      [0, h.ask()],
      [9 * MINUTE, h.own(ben!)],
      [2 * MINUTE, h.reply(ben!)],
      [10 * MINUTE, h.edit({ external: ['DEV-1'] })],
      [MINUTE, h.state('on_hold')],
      [2 * DAY, h.state('waiting_on_you')],
      [HOUR, h.reply(ben!)],
      [MINUTE, h.state('closed')],
    ];
  },
  labels: (h) => {
    const [, , , cay] = h.of(0);
    return [
      [0, h.ask()],
      [MINUTE, h.own(cay!)],
      [MINUTE, h.edit({ tags: ['billing', 'escalated'], priority: 'urgent' })],
      [3 * MINUTE, h.edit({ fields: { topic: 'refund', severity: 'major' } })],
      [7 * MINUTE, h.reply(cay!)],
      [HOUR, h.edit({ tags: [], priority: null })],
      [HOUR, h.edit({ fields: {} })],
      [DAY, h.state('closed')],
    ];
  },
  reroute: (h) => {
    const [, ada] = h.of(0);
    const [, , gil] = h.of(1);
    return [
      [0, h.ask()],
      [MINUTE, h.own(ada!)],
      [2 * MINUTE, h.move(1)],
      [10 * SECOND, h.own(gil!)],
      [HOUR, h.own(null)],
      [HOUR, h.own(gil!)],
      [5 * MINUTE, h.reply(gil!)],
      [5 * MINUTE, h.state('closed')],
    ];
  },
  dropped: (h) => [
    [0, h.ask()],
    [2 * MINUTE, h.state('closed')],
  ],
  released: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask()],
      [6 * MINUTE, h.reply(ada!)],
      [SECOND, h.state('waiting_on_customer')],
      [HOUR, h.ask()],
      [SECOND, h.state('waiting_on_you')],
      [10 * MINUTE, h.state('waiting_on_customer')],
      [3 * HOUR, h.ask('phone')],
      [SECOND, h.state('waiting_on_you')],
      [4 * MINUTE, h.state('closed')],
    ];
  },
  switched: (h) => {
    const [, , ben] = h.of(2);
    return [
      [0, h.ask('email')],
      [30 * MINUTE, h.ask('phone')],
      [20 * MINUTE, h.ask('chat_widget')],
      [2 * MINUTE, h.reply(ben!)],
      [HOUR, h.state('closed')],
    ];
  },
  silence: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask()],
      [12 * MINUTE, h.reply(ada!)],
      [SECOND, h.state('waiting_on_customer')],
      [AUTO_CLOSE_MS - SECOND, h.state('closed')],
    ];
  },
  reopenedByCustomer: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask()],
      [3 * MINUTE, h.reply(ada!)],
      [HOUR, h.state('closed')],
      [2 * DAY, h.ask()],
      [SECOND, h.state('waiting_on_you')],
      [5 * MINUTE, h.reply(ada!)],
      [HOUR, h.state('closed')],
    ];
  },
  thanks: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask()],
      [3 * MINUTE, h.reply(ada!)],
      [HOUR, h.state('closed')],
      [HOUR, h.ask()],
      [SECOND, h.state('waiting_on_you')],
      [40 * SECOND, h.state('closed')],
    ];
  },
  reopenedByAgent: (h) => {
    const [, , ben] = h.of(0);
    return [
      [0, h.ask()],
      [20 * MINUTE, h.reply(ben!)],
      [HOUR, h.state('closed')],
      [DAY, h.note(ben!)],
      [10 * SECOND, h.state('waiting_on_you')],
      [HOUR, h.reply(ben!)],
      [MINUTE, h.state('closed')],
    ];
  },
  reopenedByRule: (h) => {
    const [, , ben] = h.of(0);
    return [
      [0, h.ask()],
      [30 * MINUTE, h.reply(ben!)],
      [HOUR, h.state('closed')],
      [DAY, h.state('waiting_on_you')],
      [DAY, h.state('closed')],
    ];
  },
  botHandsOver: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask('chat_widget')],
      [3 * SECOND, h.bot],
      [MINUTE, h.ask('chat_widget')],
      [4 * SECOND, h.bot],
      [5 * MINUTE, h.own(ada!)],
      [2 * MINUTE, h.reply(ada!)],
      [10 * MINUTE, h.state('closed')],
    ];
  },
  aiResolved: (h) => [
    [0, h.ask()],
    [3 * SECOND, h.bot],
    [10 * MINUTE, h.state('closed')],
    [HOUR, h.say({ kind: 'closed_by', closedBy: 'ai_agent', by: 'lead' })],
  ],
  aiConfirmed: (h) => [
    [0, h.ask()],
    [4 * SECOND, h.bot],
    [10 * MINUTE, h.state('closed')],
    [HOUR, h.say({ kind: 'closed_by', closedBy: 'customer', by: 'lead' })],
  ],
  aiFailed: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask()],
      [4 * SECOND, h.bot],
      [10 * MINUTE, h.state('closed')],
      [HOUR, h.say({ kind: 'closed_by', closedBy: 'ai_agent', by: 'lead' })],
      [DAY, h.ask()],
      [SECOND, h.state('waiting_on_you')],
      [HOUR, h.reply(ada!)],
      [HOUR, h.state('closed')],
    ];
  },
  spamTagged: (h) => [
    [0, h.ask()],
    [20 * MINUTE, h.edit({ tags: ['spam'] })],
  ],
  spamRestored: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask()],
      [20 * MINUTE, h.edit({ tags: ['spam'] })],
      [5 * HOUR, h.edit({ tags: ['login'] })],
      [HOUR, h.reply(ada!)],
      [HOUR, h.state('closed')],
    ];
  },
  group: (h) => [
    [0, h.ask()],
    [HOUR, h.edit({ isGroup: true })],
  ],
  deleted: (h) => {
    const [, , ben] = h.of(0);
    return [
      [0, h.ask()],
      [HOUR, h.reply(ben!)],
      [DAY, h.vanish],
    ];
  },
  redacted: (h) => {
    const [, , ben] = h.of(0);
    return [
      [0, h.ask()],
      [10 * MINUTE, h.reply(ben!)],
      [HOUR, h.redact],
      [HOUR, h.reply(ben!)],
      [HOUR, h.state('closed')],
    ];
  },
  merged: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask()],
      [10 * MINUTE, h.reply(ada!)],
      [MINUTE, h.state('closed')],
      [5 * HOUR, (at) => h.say({ kind: 'merge', into: h.other(), by: 'ada' })(at) as Told],
    ];
  },
  retracted: (h) => [
    [0, h.ask()],
    [5 * HOUR, h.say({ kind: 'retract' })],
  ],
  takenBack: (h) => {
    const [, ada] = h.of(0);
    return [
      [0, h.ask()],
      [10 * MINUTE, h.reply(ada!)],
      [5 * HOUR, h.say({ kind: 'retract' })],
      [DAY, h.unsay],
      [HOUR, h.state('closed')],
    ];
  },
  importedOpen: (h) => {
    const [, , ben] = h.of(2);
    return [
      [0, silently(before(9 * DAY, h.ask()))],
      [SECOND, silently(before(9 * DAY - HOUR, h.reply(ben!)))],
      [SECOND, silently(before(8 * DAY, h.ask()))],
      [SECOND, silently(before(8 * DAY, h.state('waiting_on_you')))],
      [2 * DAY, h.reply(ben!)],
      [DAY, h.state('closed')],
    ];
  },
  importedClosed: (h) => {
    const [, , ben] = h.of(2);
    return [
      [0, before(15 * DAY, h.ask())],
      [SECOND, before(15 * DAY - HOUR, h.reply(ben!))],
      [SECOND, before(14 * DAY, h.state('closed'))],
    ];
  },
  forgotten: (h) => [
    [0, h.ask()],
    [MINUTE, h.automation],
    [6 * DAY, h.ask()],
    [2 * DAY, h.state('closed')],
  ],
};
