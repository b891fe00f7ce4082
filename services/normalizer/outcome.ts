/** What a step makes of one raw record. A step never appends, commits or logs an outcome itself. */
import type { Label } from '@sapwood/contracts/label';
import type { RawRecord } from '@sapwood/contracts/raw';
import type { DraftFact, Source } from '@sapwood/core/facts';

/** Something to be read over REST because this record said that it changed. */
export interface Debt {
  readonly source: string;
  /** Pylon's issue id, or its number. */
  readonly ref: string;
  readonly src: Source;
  /** The kind says that a message may be new. */
  readonly messages: boolean;
}

export interface Outcome {
  readonly workspace: string;
  readonly src: Source;
  /** One group, appended in one call. */
  readonly facts: readonly DraftFact[];
  readonly labels: readonly Label[];
  readonly quarantine: { readonly reason: string; readonly detail: string } | null;
  readonly debt: Debt | null;
}

export const nothing = (workspace: string, src: Source): Outcome => ({
  workspace,
  src,
  facts: [],
  labels: [],
  quarantine: null,
  debt: null,
});

export const quarantined = (
  workspace: string,
  src: Source,
  reason: string,
  detail = '',
): Outcome => ({ ...nothing(workspace, src), quarantine: { reason, detail } });

/** Maps one decoded record of the source or feed that it belongs to. */
export type MapStep = (record: RawRecord, src: Source) => Outcome;
