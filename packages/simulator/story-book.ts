/**
 * What a desk meets beside its usual business: transfers of every kind, rests, reopenings, an AI agent's
 * closes and what became of them, spam, deletions, imports, and what people say about it afterwards.
 */
import type { Act, Hand, Told } from './hand.ts';

const SECOND = 1_000;
const MINUTE: number = 60 * SECOND;
const HOUR: number = 60 * MINUTE;
const DAY: number = 24 * HOUR;
/** As the desk declares it: an automation closes what a customer has left alone so long. */
export const AUTO_CLOSE_MS: number = 3 * DAY;

/** So long after the step before. */
export type Step = readonly [afterMs: number, act: Act];

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
export const STORIES: Readonly<Record<string, (hand: Hand) => readonly Step[]>> = {
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
