/** The shape of the merged document once the schema has passed it. */
import type { HealthWeights } from '@sapwood/core/config';
import type { CostCategory } from '@sapwood/core/facts';
import type { SlaDocument } from './sla.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type SchemeDocument =
  | { kind: 'pylon-hmac'; secrets?: string[]; secretFiles?: string[] }
  | { kind: 'static-header'; header: string; tokens?: string[]; tokenFiles?: string[] };

export interface WorkspaceDocument {
  currency: string;
  zone: string;
  tree?: string;
  autoCloseAfter?: string;
  teamRanks?: Record<string, number>;
  managers?: string[];
  managerRoles?: string[];
  escalation?: { tags?: string[]; fields?: string[] };
  trackedFields?: string[];
  handoverFields?: string[];
  csatScale?: { min: number; max: number; positiveFrom: number };
  healthWeights?: Partial<HealthWeights>;
  agentIndex?: boolean;
  spam?: { statuses?: string[]; tags?: string[] };
}

export interface SourceDocument {
  workspace: string;
  token?: string;
  tokenFile?: string;
  region: 'us' | 'eu';
  baseUrl?: string;
  bodies: 'facts' | 'hints';
  messages: 'read' | 'none';
  statuses?: Record<string, string>;
  roster?: Record<string, 'human' | 'bot' | 'automation'>;
  priorityField?: string;
  categoryField?: string;
  accountFields?: { tier?: string; arr?: string; parent?: string };
  internalDomains?: string[];
  hooks?: Record<string, { schemes: SchemeDocument[] }>;
}

export interface KafkaDocument {
  brokers: string[];
  partitions?: number;
  replicas?: number;
  sessionMs?: number;
  tls?: boolean;
  caFile?: string;
  sasl?: {
    mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    username: string;
    password?: string;
    passwordFile?: string;
  };
}

export interface RedisDocument {
  url: string;
  password?: string;
  passwordFile?: string;
  prefix?: string;
}

export interface ScheduleDocument {
  zone?: string;
  /** `mon` or `mon-fri` to one span of hours or several. */
  hours: Record<string, string | string[]>;
  /** Dates and iCal files. */
  holidays?: string | string[];
}

export interface WorkspaceDocument {
  currency: string;
  zone: string;
  tree?: string;
  autoCloseAfter?: string;
  costPlan?: CostCategory[];
  sla?: SlaDocument;
  dayStarts: string;
  schedules?: Record<string, ScheduleDocument>;
  /** Whose hours they are. */
  scheduleOf?: {
    workspace?: string;
    teams?: Record<string, string>;
    accounts?: Record<string, string>;
  };
}

export interface TypedDocument {
  http: { host: string; port: number; lan: boolean; workspace?: string };
  metrics: { host: string; port: number };
  data: string;
  workspaces?: Record<string, WorkspaceDocument>;
  sources?: Record<string, SourceDocument>;
  costs?: { keys?: Record<string, { workspace: string; key?: string; keyFile?: string }> };
  simulator: { seed: number; scenario: string; eventsPerSecond: number };
  log: { level: LogLevel };
  kafka?: KafkaDocument;
  redis?: RedisDocument;
  aggregators?: string[];
}
