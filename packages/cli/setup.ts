/** What the services need to know of an installation, whoever declared it: a file, a demo, a replay. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calendar } from '@sapwood/core/calendar';
import { metricDefinition } from '@sapwood/core/catalogue';
import type { SlaPolicy, WorkspaceConfig } from '@sapwood/core/config';
import { declaredRows } from '@sapwood/core/declared-rows';
import { DEFAULT_TREE } from '@sapwood/core/default-tree';
import type { CostCategory, StateCategory } from '@sapwood/core/facts';
import type { CompiledTree } from '@sapwood/core/tree';
import type { CostKey, Destination } from '@sapwood/ingest/config';
import type { CostSource, SourceConfig } from '@sapwood/normalizer/config';
import { createPylonClient, type PylonClient } from '@sapwood/pylon/client';
import type { Roster } from '@sapwood/pylon/facts';
import type { Refused } from '@sapwood/pylon/gate';
import type { Clock, Rng } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import {
  compileCalendar,
  type LoadedConfig,
  SPAM,
  slaPolicyOf,
  type WorkspaceSettings,
} from '@sapwood/service-kit/config';
import { UserError } from './exit.ts';

export interface Setup {
  /** The first is the one that the gateway of this process shows. */
  readonly workspaces: readonly {
    readonly id: string;
    readonly config: WorkspaceConfig;
    /** Where its tree stands, `/etc/trees.yaml#cost`; none: the built-in one. */
    readonly treeFile?: string | null;
    /** Address of Pylon's app, where it is known. */
    readonly app?: string;
  }[];
  readonly destinations: readonly Destination[];
  readonly costKeys: readonly CostKey[];
  readonly sources: readonly SourceConfig[];
  readonly costs: readonly CostSource[];
}

/** What a configuration file said. */
export type Declared = Pick<LoadedConfig, 'config' | 'trees' | 'calendars'>;

export interface SetupDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** Told what Pylon's answers say of the time, epoch ms. */
  readonly observe?: (referenceMs: number) => void;
  /** Behind the pseudonyms of people; left out: made once and kept in the data folder. */
  readonly workspaceKey?: string;
}

/** Shorter ones are typed by hand or cut off. */
const SECRET_CHARS_MIN = 8;
/** In the links that Pylon sends itself; nothing tells of another region's. */
const APPS = { us: 'https://app.usepylon.com', eu: null } as const;
const HOSTS = { us: 'https://api.usepylon.com', eu: 'https://api.eu.usepylon.com' } as const;

/**
 * A secret that is made once and kept in the data folder, readable by its owner alone.
 * Throws `UserError` if the folder cannot be used, or the file is there and has no secret in it.
 */
export function keptSecret(folder: string, name: string): string {
  const file = join(folder, name);
  try {
    if (!existsSync(file)) makeSecret(folder, file);
    const secret = readFileSync(file, 'utf8').trim();
    if (secret.length >= SECRET_CHARS_MIN) return secret;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${folder} cannot be used as the data folder (${code}).`);
  }
  throw new UserError(`${file} has no secret in it; remove it, and the next start makes another.`);
}

/** Whole or not at all: a crash in between must not leave a file without a secret. */
function makeSecret(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true });
  const draft = `${file}.new`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** The installation that a configuration file declares. */
export function setupOf(loaded: Declared, deps: SetupDeps): Setup {
  const { config } = loaded;
  const workspaceKey = deps.workspaceKey ?? keptSecret(config.data, 'workspace-key');
  const sources = Object.entries(config.sources).map(
    ([id, source]): SourceConfig => ({
      id,
      workspace: source.workspace,
      destinations: Object.keys(source.hooks),
      bodies: source.bodies,
      messages: source.messages,
      statuses: source.statuses as Readonly<Record<string, StateCategory>>,
      roster: rosterOf(source.roster, source.internalDomains),
      priorityField: source.priorityField ?? 'priority',
      categoryField: source.categoryField,
      accountFields: source.accountFields,
      workspaceKey,
      client: source.token === null ? null : clientOf(source.token, source, deps),
    }),
  );
  const costKeys = Object.entries(config.costs.keys).map(([id, key]) => ({ id, ...key }));
  const workspaces = Object.keys(config.workspaces).map((id) => ({
    id,
    config: workspaceConfig(id, { ...declaredOf(id, loaded, deps.clock.now()), sources }),
    treeFile: config.workspaces[id]!.tree,
    ...appOf(id, config),
  }));
  const isShown = ({ id }: { readonly id: string }): number => Number(id === config.http.workspace);
  return {
    workspaces: workspaces.sort((a, b) => isShown(b) - isShown(a)),
    destinations: Object.entries(config.sources).flatMap(([source, { workspace, hooks }]) =>
      Object.entries(hooks).map(([id, { schemes }]) => ({ id, workspace, source, schemes })),
    ),
    costKeys,
    sources,
    costs: costKeys.map(({ id, workspace }) => ({ id, workspace })),
  };
}

/** A number alone does not tell of which source a conversation is: they must have one app. */
export function appOf(
  workspace: string,
  { sources }: Declared['config'],
): { readonly app?: string } {
  const apps = Object.values(sources)
    .filter((source) => source.workspace === workspace)
    .map(({ region, baseUrl }) => (baseUrl === null ? APPS[region] : null));
  const [app = null, ...others] = new Set(apps);
  return app !== null && others.length === 0 ? { app } : {};
}

/** What a workspace declares of its own, beside its sources. */
interface DeclaredWorkspace {
  readonly currency: string;
  readonly tree?: CompiledTree;
  readonly autoCloseAfterMs?: number | null;
  readonly costPlan?: readonly CostCategory[];
  readonly conventions?: Conventions;
  readonly calendar?: Calendar;
  readonly sla?: SlaPolicy;
}

/** `now` in ms: up to which year its time zones are looked up. */
export function declaredOf(
  id: string,
  { config, trees, calendars }: Declared,
  now: number,
): DeclaredWorkspace {
  const conventions = config.workspaces[id]!;
  const { currency, autoCloseAfterMs, costPlan, sla } = conventions;
  const tree = trees.get(id) ?? DEFAULT_TREE;
  const calendar = compileCalendar(calendars.get(id)!, now);
  const declared = { currency, tree, autoCloseAfterMs, costPlan, conventions, calendar };
  return sla === null ? declared : { ...declared, sla: slaPolicyOf(sla) };
}

/** The part of the configuration that the folds obey. */
export function workspaceConfig(
  id: string,
  options: DeclaredWorkspace & {
    readonly sources: readonly Pick<SourceConfig, 'id' | 'workspace' | 'messages' | 'roster'>[];
  },
): WorkspaceConfig {
  const own = options.sources.filter((source) => source.workspace === id);
  const autoCloseAfterMs = options.autoCloseAfterMs ?? null;
  const tree = options.tree ?? DEFAULT_TREE;
  const { calendar, sla, costPlan = [] } = options;
  return {
    messages: own.some((source) => source.messages === 'none') ? 'none' : 'read',
    currency: options.currency,
    sources: own.map((source) => source.id),
    notPeople: own.flatMap(({ roster }) => [...roster.bots, ...roster.automations]).sort(),
    ...(autoCloseAfterMs === null ? {} : { autoCloseAfterMs }),
    ...(costPlan.length === 0 ? {} : { costPlan: [...costPlan].sort() }),
    ...(options.conventions ? declaredIn(options.conventions) : {}),
    ...(sla === undefined ? {} : { sla }),
    ...(calendar === undefined || isPlain(calendar) ? {} : { calendar }),
    ...steeredBy(tree),
  };
}

/** A tree, and the rows that it asks for. */
function steeredBy(tree: CompiledTree): Pick<WorkspaceConfig, 'tree' | 'by'> {
  const by = declaredRows(tree, metricDefinition);
  return Object.keys(by).length === 0 ? { tree } : { by, tree };
}

/** The same configuration with another tree. */
export function withTree(
  { by: _by, ...config }: WorkspaceConfig,
  tree: CompiledTree,
): WorkspaceConfig {
  return { ...config, ...steeredBy(tree) };
}

/** What holds where nothing is declared need not be said: who declares nothing keeps the configuration he has. */
const isPlain = ({ zone, dayStartsMs, schedules }: Calendar): boolean =>
  zone === 'UTC' && dayStartsMs === 0 && Object.keys(schedules).length === 0;

type Conventions = Pick<
  WorkspaceSettings,
  | 'teamRanks'
  | 'managers'
  | 'managerRoles'
  | 'escalation'
  | 'trackedFields'
  | 'handoverFields'
  | 'csatScale'
  | 'healthWeights'
  | 'agentIndex'
  | 'spam'
>;

/** What is declared beyond the defaults: an installation that declares nothing keeps its hash. */
function declaredIn(conventions: Conventions): Partial<WorkspaceConfig> {
  const { teamRanks, managers, managerRoles, escalation, csatScale, spam } = conventions;
  const { healthWeights, agentIndex } = conventions;
  const [trackedFields, handoverFields] = [
    conventions.trackedFields,
    conventions.handoverFields,
  ].map((slugs) => [...new Set(slugs)].sort());
  const isSpam = (words: readonly string[]): boolean => words.join() === SPAM.join();
  return {
    ...(Object.keys(teamRanks).length === 0 ? {} : { teamRanks }),
    ...(managers.length === 0 ? {} : { managers }),
    ...(managerRoles.length === 0 ? {} : { managerRoles }),
    ...(escalation.tags.length === 0 ? {} : { escalationTags: escalation.tags }),
    ...(escalation.fields.length === 0 ? {} : { escalationFields: escalation.fields }),
    ...(trackedFields!.length === 0 ? {} : { trackedFields }),
    ...(handoverFields!.length === 0 ? {} : { handoverFields }),
    ...(csatScale === null ? {} : { csatScale }),
    ...(Object.keys(healthWeights).length === 0 ? {} : { healthWeights }),
    ...(agentIndex ? { agentIndex } : {}),
    ...(isSpam(spam.statuses) ? {} : { spamStatuses: spam.statuses }),
    ...(isSpam(spam.tags) ? {} : { spamTags: spam.tags }),
  };
}

export function rosterOf(
  kinds: Readonly<Record<string, 'human' | 'bot' | 'automation'>>,
  internalDomains: readonly string[] = [],
): Roster {
  const of = (kind: string): Set<string> =>
    new Set(Object.keys(kinds).filter((id) => kinds[id] === kind));
  return {
    humans: of('human'),
    bots: of('bot'),
    automations: of('automation'),
    internalDomains: new Set(internalDomains),
  };
}

/** Reads a source's organisation; nothing is asked yet. */
export function clientOf(
  token: string,
  source: { readonly region: 'us' | 'eu'; readonly baseUrl: string | null },
  { clock, rng, telemetry, observe = () => {} }: SetupDeps,
): PylonClient {
  return createPylonClient({
    baseUrl: source.baseUrl ?? HOSTS[source.region],
    token,
    fetch: async (...call) => {
      const answer = await globalThis.fetch(...call);
      const dated = Date.parse(answer.headers.get('date') ?? '');
      if (!Number.isNaN(dated)) observe(dated);
      return answer;
    },
    clock,
    random: () => rng.next(),
    onFailure: (status, endpoint) => telemetry({ type: 'ReadFailed', status, endpoint }),
    onRefused: (refusal, endpoint) => telemetry(noticeOf(refusal, endpoint)),
  });
}

/** A refusal ends by what a person does, so a person is told (pylon.md 5.5). */
function noticeOf({ status, code = '' }: Refused, endpoint: string): Parameters<Telemetry>[0] {
  const why = code === '' ? String(status) : `${status}, ${code}`;
  const text =
    status === 401
      ? `Pylon refuses the token (${why}): nothing is read; it is tried again every 5 minutes.`
      : status === 403
        ? `Pylon refuses ${endpoint} to this token (${why}): that is left out, and tried again hourly.`
        : `Pylon does not understand a read of ${endpoint} (${why}): this is a bug.`;
  return { type: 'Notice', level: 'error', text };
}
