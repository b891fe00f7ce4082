/** What can happen to the issue of one story, and what people say about it afterwards. */
import { factIdOf } from '@sapwood/contracts/facts';
import { correctionFact, readCorrections } from '@sapwood/pylon/corrections';
import type { Change, Channel, IssueEdit, SimAgent, SimIssue, State, Tenant } from './tenant.ts';
import type { SimulatedTenant } from './world.ts';

/** An entry of `POST /v1/corrections`. */
export interface Word {
  readonly say: Readonly<Record<string, unknown>> & { readonly at: number };
}
export type Told = Change | Word;
export const isWord = (told: Told): told is Word => 'say' in told;

export type Act = (at: number) => Told | null | readonly (Told | null)[];

const CHANNELS: readonly Channel[] = ['email', 'chat_widget', 'slack', 'phone'];
const PRIORITIES = ['urgent', 'high', 'medium', 'low', null] as const;

/** What can be done to the issue of a story. */
export interface Hand {
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

export function handOn(world: SimulatedTenant, workspace: string, serial: number): Hand {
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
