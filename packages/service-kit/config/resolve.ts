/** From the checked document to the configuration: reads the files that secrets and trees stand in. */
import { resolve } from 'node:path';
import { DEFAULT_TREE } from '@sapwood/core/default-tree';
import { parseQuantity } from '@sapwood/core/quantity';
import type { CompiledTree } from '@sapwood/core/tree';
import type { CrossProblem } from './cross-check.ts';
import type {
  KafkaDocument,
  RedisDocument,
  SchemeDocument,
  SourceDocument,
  TypedDocument,
  WorkspaceDocument,
} from './document.ts';
import { type CalendarReader, calendarOf, type DeclaredCalendar } from './schedules.ts';
import { readTreeFile, splitTreeName } from './tree-file.ts';
import {
  type Config,
  KAFKA_DEFAULTS,
  type KafkaConfig,
  REDIS_DEFAULTS,
  type RedisConfig,
  type SchemeConfig,
  type SourceConfig,
  SPAM,
} from './types.ts';

/** Text of a file; null if it cannot be read. */
export type ReadText = (path: string) => string | null;

export interface Resolved {
  readonly config: Config;
  /** Compiled tree of each workspace; the built-in one where none is named. */
  readonly trees: ReadonlyMap<string, CompiledTree>;
  readonly problems: readonly CrossProblem[];
  /** Zone, business day and open hours of each workspace. */
  readonly calendars: ReadonlyMap<string, DeclaredCalendar>;
  /** Errors inside other files, already with their places. */
  readonly fileErrors: readonly string[];
}

type Path = readonly (string | number)[];

/** `folder` is where relative names start: the configuration file's. */
export function resolveDocument(
  document: TypedDocument,
  folder: string,
  readText: ReadText,
): Resolved {
  const problems: CrossProblem[] = [];
  const secretAt = (name: string, path: Path): string => {
    const text = readText(resolve(folder, name))?.trim() ?? null;
    if (text === null || text === '') {
      problems.push({ path, message: `cannot read "${name}", or it is empty` });
    }
    return text ?? '';
  };
  const trees = new Map<string, CompiledTree>();
  const calendars = new Map<string, DeclaredCalendar>();
  const fileErrors: string[] = [];
  const calendarReader: CalendarReader = {
    problem: (path, message) => void problems.push({ path, message }),
    fileError: (error) => void fileErrors.push(error),
    textOf: (name) => readText(resolve(folder, name)),
  };
  for (const [id, workspace] of Object.entries(document.workspaces ?? {})) {
    calendars.set(id, calendarOf(workspace, ['workspaces', id], calendarReader));
    const { tree } = workspace;
    const read = treeOf(workspace, folder, readText);
    if ('tree' in read) trees.set(id, read.tree);
    else if (read.errors === null) {
      problems.push({ path: ['workspaces', id, 'tree'], message: `cannot read "${tree}"` });
    } else fileErrors.push(...read.errors);
  }
  const config = configOf(document, folder, secretAt);
  return { config, trees, calendars, problems, fileErrors };
}

/** ms of a duration that the schema has passed. */
function durationOf(amount: string | undefined): number | null {
  const parsed = amount === undefined ? null : parseQuantity(amount, 'ms', null);
  return parsed && 'value' in parsed ? parsed.value : null;
}

type SecretAt = (name: string, path: Path) => string;

function treeOf(
  { tree: name, currency, sla }: WorkspaceDocument,
  folder: string,
  readText: ReadText,
): { readonly tree: CompiledTree } | { readonly errors: readonly string[] | null } {
  if (name === undefined) return { tree: DEFAULT_TREE };
  const { file, wanted } = splitTreeName(name);
  const text = readText(resolve(folder, file));
  const fit = { currency, tiers: Object.keys(sla?.tiers ?? {}) };
  return text === null ? { errors: null } : readTreeFile(file, text, fit, wanted);
}

function configOf(document: TypedDocument, folder: string, secretAt: SecretAt): Config {
  const sources = mapEntries(document.sources ?? {}, (source, id) =>
    sourceOf(source, ['sources', id], secretAt),
  );
  const keys = mapEntries(document.costs?.keys ?? {}, ({ workspace, key, keyFile }, id) => ({
    workspace,
    key: keyFile === undefined ? (key ?? '') : secretAt(keyFile, ['costs', 'keys', id, 'keyFile']),
  }));
  const workspaces = mapEntries(document.workspaces ?? {}, ({ currency, zone, ...named }) => ({
    currency,
    zone,
    tree: named.tree === undefined ? null : resolve(folder, named.tree),
    autoCloseAfterMs: durationOf(named.autoCloseAfter),
    dayStarts: named.dayStarts,
    schedules: named.schedules ?? {},
    scheduleOf: named.scheduleOf ?? {},
    costPlan: named.costPlan ?? [],
    teamRanks: named.teamRanks ?? {},
    managers: named.managers ?? [],
    managerRoles: named.managerRoles ?? [],
    escalation: { tags: [], fields: [], ...named.escalation },
    trackedFields: named.trackedFields ?? [],
    handoverFields: named.handoverFields ?? [],
    csatScale: named.csatScale ?? null,
    healthWeights: named.healthWeights ?? {},
    agentIndex: named.agentIndex ?? false,
    spam: { statuses: SPAM, tags: SPAM, ...named.spam },
    sla: named.sla ?? null,
  }));
  const { metrics, simulator, log, aggregators = [] } = document;
  const http = { ...document.http, workspace: document.http.workspace ?? null };
  const data = resolve(folder, document.data);
  const kafka = document.kafka === undefined ? null : kafkaOf(document.kafka, secretAt);
  const redis = document.redis === undefined ? null : redisOf(document.redis, secretAt);
  const engine = { kafka, redis, aggregators };
  return { http, metrics, data, workspaces, sources, costs: { keys }, simulator, log, ...engine };
}

function kafkaOf({ caFile, sasl, ...given }: KafkaDocument, secretAt: SecretAt): KafkaConfig {
  return {
    ...KAFKA_DEFAULTS,
    ...given,
    ca: caFile === undefined ? null : secretAt(caFile, ['kafka', 'caFile']),
    sasl: sasl
      ? {
          mechanism: sasl.mechanism,
          username: sasl.username,
          password:
            sasl.passwordFile === undefined
              ? (sasl.password ?? '')
              : secretAt(sasl.passwordFile, ['kafka', 'sasl', 'passwordFile']),
        }
      : null,
  };
}

function redisOf({ passwordFile, password, ...given }: RedisDocument, at: SecretAt): RedisConfig {
  const path = ['redis', 'passwordFile'];
  const read = passwordFile === undefined ? (password ?? null) : at(passwordFile, path);
  return { ...REDIS_DEFAULTS, ...given, password: read };
}

function sourceOf(source: SourceDocument, path: Path, secretAt: SecretAt): SourceConfig {
  const { workspace, region, bodies, messages, tokenFile, token } = source;
  return {
    workspace,
    region,
    bodies,
    messages,
    token: tokenFile === undefined ? (token ?? null) : secretAt(tokenFile, [...path, 'tokenFile']),
    baseUrl: source.baseUrl ?? null,
    statuses: source.statuses ?? {},
    roster: source.roster ?? {},
    priorityField: source.priorityField ?? null,
    categoryField: source.categoryField ?? null,
    accountFields: { tier: null, arr: null, parent: null, ...source.accountFields },
    internalDomains: source.internalDomains ?? [],
    hooks: mapEntries(source.hooks ?? {}, ({ schemes }, destination) => ({
      schemes: schemes.map((scheme, i) =>
        schemeOf(scheme, [...path, 'hooks', destination, 'schemes', i], secretAt),
      ),
    })),
  };
}

function schemeOf(scheme: SchemeDocument, path: Path, secretAt: SecretAt): SchemeConfig {
  const read = (inline: string[] | undefined, files: string[] | undefined, key: string) => [
    ...(inline ?? []),
    ...(files ?? []).map((name, i) => secretAt(name, [...path, key, i])),
  ];
  if (scheme.kind === 'pylon-hmac') {
    return { kind: scheme.kind, secrets: read(scheme.secrets, scheme.secretFiles, 'secretFiles') };
  }
  const { kind, header } = scheme;
  return { kind, header, tokens: read(scheme.tokens, scheme.tokenFiles, 'tokenFiles') };
}

function mapEntries<A, B>(
  map: Record<string, A>,
  to: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, to(value, key)]));
}
