/** The configuration once every layer is merged and every secret is read (ecosystem.md 7). */
import type { HealthWeights } from '@sapwood/core/config';
import type { CostCategory } from '@sapwood/core/facts';
import type { LogLevel, ScheduleDocument, WorkspaceDocument } from './document.ts';
import type { SlaDocument } from './sla.ts';

export type SchemeConfig =
  | { readonly kind: 'pylon-hmac'; readonly secrets: readonly string[] }
  | { readonly kind: 'static-header'; readonly header: string; readonly tokens: readonly string[] };

export interface HookConfig {
  /** All of them must hold. */
  readonly schemes: readonly SchemeConfig[];
}

export interface AccountFieldsConfig {
  readonly tier: string | null;
  readonly arr: string | null;
  readonly parent: string | null;
}

export interface SourceConfig {
  readonly workspace: string;
  /** API token; null without one: then the webhooks' bodies are all there is. */
  readonly token: string | null;
  readonly region: 'us' | 'eu';
  /** Replaces Pylon's address; loopback only (simulator, tests). */
  readonly baseUrl: string | null;
  /** May a webhook's body be believed, or only hint at something to be read? */
  readonly bodies: 'facts' | 'hints';
  readonly messages: 'read' | 'none';
  /** Status slug to state category, on top of Pylon's own. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly roster: Readonly<Record<string, 'human' | 'bot' | 'automation'>>;
  readonly priorityField: string | null;
  /** Slug of the issue field that holds the topic; null: none, and topics are not known. */
  readonly categoryField: string | null;
  /** Slugs of account fields: Pylon itself has none of these. */
  readonly accountFields: AccountFieldsConfig;
  /** Contacts with an address there are colleagues. */
  readonly internalDomains: readonly string[];
  /** By destination: the last part of `/hooks/<destination>`. */
  readonly hooks: Readonly<Record<string, HookConfig>>;
}

export interface SaslConfig {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** The distributed engine's log. */
export interface KafkaConfig {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  /** Of every topic that is made; fixed for ever once there are facts. */
  readonly partitions: number;
  readonly replicas: number;
  /** How long a member of a group may be silent before its partitions go to another. */
  readonly sessionMs: number;
  readonly tls: boolean;
  /** PEM text of the authority that signed the brokers' certificates; null: the system's. */
  readonly ca: string | null;
  readonly sasl: SaslConfig | null;
}

/** The distributed engine's store. */
export interface RedisConfig {
  /** Without a password in it, unless somebody wrote one there. */
  readonly url: string;
  readonly password: string | null;
  /** Before every key: several installations on one server. */
  readonly prefix: string;
}

export interface WorkspaceSettings {
  readonly currency: string;
  readonly zone: string;
  readonly tree: string | null;
  /** After how much silence of the customer an automation of Pylon closes, ms; null: none does. */
  readonly autoCloseAfterMs: number | null;
  /** When a business day begins, `04:00`. */
  readonly dayStarts: string;
  /** As they are written; compiled they are in `calendars`. */
  readonly schedules: Readonly<Record<string, ScheduleDocument>>;
  readonly scheduleOf: NonNullable<WorkspaceDocument['scheduleOf']>;
  /** Categories of cost without which a cost is incomplete. */
  readonly costPlan: readonly CostCategory[];
  /** Rank by team id; higher is further up. */
  readonly teamRanks: Readonly<Record<string, number>>;
  /** Ids of users to whom one escalates. */
  readonly managers: readonly string[];
  /** Ids of Pylon's roles whose users are managers too. */
  readonly managerRoles: readonly string[];
  /** Tags, and slugs of custom fields, that say that a conversation was escalated. */
  readonly escalation: { readonly tags: readonly string[]; readonly fields: readonly string[] };
  /** Slugs of custom fields that a close ought to have filled. */
  readonly trackedFields: readonly string[];
  /** Slugs of custom fields that an AI agent has to fill before it hands over. */
  readonly handoverFields: readonly string[];
  /** Of ratings; null: what a score means is unknown. */
  readonly csatScale: {
    readonly min: number;
    readonly max: number;
    readonly positiveFrom: number;
  } | null;
  /** What the parts of an account's health weigh, where it is not 1. */
  readonly healthWeights: Partial<HealthWeights>;
  /** Whether agents are compared with their team. */
  readonly agentIndex: boolean;
  /** What marks spam. */
  readonly spam: { readonly statuses: readonly string[]; readonly tags: readonly string[] };
  /** As they are written, for `slaPolicyOf`; null: nothing is promised. */
  readonly sla: SlaDocument | null;
}

export interface Config {
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly lan: boolean;
    /** The one that this process shows; null: the first. */
    readonly workspace: string | null;
  };
  readonly metrics: { readonly host: string; readonly port: number };
  /** Folder of the embedded store. */
  readonly data: string;
  readonly workspaces: Readonly<Record<string, WorkspaceSettings>>;
  readonly sources: Readonly<Record<string, SourceConfig>>;
  readonly costs: {
    readonly keys: Readonly<Record<string, { readonly workspace: string; readonly key: string }>>;
  };
  readonly simulator: {
    readonly seed: number;
    readonly scenario: string;
    readonly eventsPerSecond: number;
  };
  readonly log: { readonly level: LogLevel };
  /** null: the embedded engine is all there is. */
  readonly kafka: KafkaConfig | null;
  readonly redis: RedisConfig | null;
  /** Where a gateway asks what a value is made of: the `metrics` address of each aggregator. */
  readonly aggregators: readonly string[];
}

/** What holds once a `kafka` or `redis` section is there. */
export const KAFKA_DEFAULTS: Readonly<
  Pick<KafkaConfig, 'partitions' | 'replicas' | 'sessionMs' | 'tls'>
> = { partitions: 12, replicas: 3, sessionMs: 10_000, tls: false };
export const REDIS_DEFAULTS: Readonly<Pick<RedisConfig, 'prefix'>> = { prefix: '' };

export const SCENARIOS = ['calm', 'email-outage', 'cost-leak'] as const;

/** What marks spam where a workspace does not say. */
export const SPAM: readonly string[] = ['spam'];

/** Lowest layer: what holds where nothing else says so. */
export const DEFAULTS: Readonly<Record<string, string | number | boolean>> = {
  'http.host': '127.0.0.1',
  'http.port': 8080,
  'http.lan': false,
  'metrics.host': '127.0.0.1',
  'metrics.port': 9464,
  data: './data',
  'simulator.seed': 7,
  'simulator.scenario': 'calm',
  'simulator.eventsPerSecond': 1,
  'log.level': 'info',
};
/** By kind of entry: defaults of each workspace and source that is named. */
export const ENTRY_DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  workspaces: { currency: 'USD', zone: 'UTC', dayStarts: '00:00' },
  sources: { region: 'us', bodies: 'facts', messages: 'read' },
};
