/** Settings of the normalizer: what each source's deliveries are worth (pylon.md 3.6). */
import type { StateCategory } from '@sapwood/core/facts';
import { DAY_MS } from '@sapwood/core/time';
import type { PylonClient } from '@sapwood/pylon/client';
import type { AccountFields } from '@sapwood/pylon/directory-facts';
import type { Roster } from '@sapwood/pylon/facts';

export interface SourceConfig {
  readonly id: string;
  readonly workspace: string;
  /** Destinations whose deliveries belong to this source. */
  readonly destinations: readonly string[];
  /** `facts`: a body's claims count until REST has spoken. `hints`: they only steer reads. */
  readonly bodies: 'facts' | 'hints';
  /** `none`: this source has no messages and they are never read. */
  readonly messages: 'read' | 'none';
  /** Declared status slugs beside the five defaults. */
  readonly statuses: Readonly<Record<string, StateCategory>>;
  readonly roster: Roster;
  /** Slug of the custom field that holds the priority. */
  readonly priorityField: string;
  /** Slug of the custom field that holds the topic; null if none is declared. */
  readonly categoryField: string | null;
  /** Slugs of custom fields of accounts; left out: none is declared. */
  readonly accountFields?: AccountFields;
  /** By team id; a higher one is further up. Left out: no ranks. */
  /** Hashes contacts; the same for ever. */
  readonly workspaceKey: Uint8Array | string;
  /** null: no token, the bodies are all there is. */
  readonly client: PylonClient | null;
}

/** A feed of costs; its deliveries lie on the cost topic. */
export interface CostSource {
  readonly id: string;
  readonly workspace: string;
}

export interface NormalizerLimits {
  readonly batchMax: number;
  /** Issues waiting for a read; above it the oldest hint is left to reconciliation. */
  readonly owedMax: number;
  readonly reconcileEveryMs: number;
  /** Without a webhook the search is the source: poll mode. */
  readonly pollEveryMs: number;
  readonly reconcileOverlapMs: number;
  /** How often a longer past is looked at once more, and how long it is. */
  readonly deepEveryMs: number;
  readonly deepMs: number;
  /** How often all ids are read, to find what was deleted. */
  readonly sweepEveryMs: number;
  readonly backfillMs: number;
  readonly directoryEveryMs: number;
  /** There are many of them, and an issue names its account by itself. */
  readonly contactsEveryMs: number;
}

export const DEFAULT_LIMITS: NormalizerLimits = {
  batchMax: 200,
  owedMax: 10_000,
  reconcileEveryMs: 60_000,
  pollEveryMs: 5_000,
  reconcileOverlapMs: 60 * 60_000,
  deepEveryMs: DAY_MS,
  deepMs: 30 * DAY_MS,
  sweepEveryMs: 7 * DAY_MS,
  backfillMs: 7 * DAY_MS,
  directoryEveryMs: 60 * 60_000,
  contactsEveryMs: DAY_MS,
};
