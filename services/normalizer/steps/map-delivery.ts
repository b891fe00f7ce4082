/** A webhook of one source becomes facts, a hint, or a reason for quarantine (reliability.md 1.4). */
import type { Label } from '@sapwood/contracts/label';
import type { RawDelivery, RawHeartbeat } from '@sapwood/contracts/raw';
import type { Source } from '@sapwood/core/facts';
import { type Hint, mapBody } from '@sapwood/pylon/body';
import { type BodyArrival, bodyFacts, hintedFact, isStale } from '@sapwood/pylon/body-facts';
import type { FactContext } from '@sapwood/pylon/facts';
import { type HintKind, MESSAGE_KINDS } from '@sapwood/pylon/kinds';
import type { SourceConfig } from '../config.ts';
import type { Memory } from '../memory.ts';
import { type Debt, type MapStep, nothing, type Outcome, quarantined } from '../outcome.ts';
import type { Reporter } from '../report.ts';

/** Their ids are not an issue's; the objects they name come with the directory. */
const NOT_ABOUT_ISSUES: ReadonlySet<HintKind> = new Set(['account_changed', 'contact_changed']);

function labelsOf(hint: Hint, workspace: string): Label[] {
  const { names, issue } = hint.claims;
  const labels: Label[] = [];
  if (names.team && issue.teamId) {
    labels.push({ workspace, kind: 'team', id: issue.teamId, name: names.team });
  }
  if (names.account && issue.accountId) {
    labels.push({ workspace, kind: 'account', id: issue.accountId, name: names.account });
  }
  return labels;
}

function heartbeatOutcome(source: SourceConfig, beat: RawHeartbeat, src: Source): Outcome {
  return {
    ...nothing(source.workspace, src),
    facts: [
      {
        workspace: source.workspace,
        kind: 'source.heartbeat',
        entity: source.id,
        at: beat.at,
        observedAt: beat.at,
        origin: 'system',
        via: 'system',
        srcs: [src],
        readAfter: null,
        group: null,
        body: { coveredThrough: beat.at, basis: 'endpoint_up' },
      },
    ],
  };
}

export interface MapDeliveryDeps {
  readonly source: SourceConfig;
  readonly context: FactContext;
  readonly memory: Memory;
  readonly reporter: Reporter;
}

export function createMapDeliveryStep(deps: MapDeliveryDeps): MapStep {
  const { source, context, memory, reporter } = deps;
  const { workspace } = source;

  /** When the issue was made, as far as bodies can say: the arrival of its first `issue_new`. */
  function createdAt(hint: Hint, delivery: RawDelivery): number | null {
    if (hint.hint !== 'issue_new') return null;
    const known = memory.get(workspace, hint.issueId!)?.createdAt ?? delivery.receivedAt;
    memory.merge(workspace, hint.issueId!, { createdAt: known });
    return known;
  }

  function debtOf(hint: Hint, src: Source): Debt | null {
    if (source.client === null) return null;
    return {
      source: source.id,
      ref: hint.issueId ?? String(hint.issueNumber),
      src,
      messages: MESSAGE_KINDS.has(hint.hint) || hint.hint === 'issue_changed',
    };
  }

  function mapDelivery(delivery: RawDelivery, src: Source): Outcome {
    const mapped = mapBody(delivery.raw);
    if (mapped.kind === 'quarantine') return quarantined(workspace, src, mapped.reason);
    reporter.hint(mapped);
    if (NOT_ABOUT_ISSUES.has(mapped.hint)) return quarantined(workspace, src, 'not_about_an_issue');
    const debt = debtOf(mapped, src);
    if (mapped.issueId === null) {
      // Only REST can say which issue has that number, and its facts then name this delivery.
      return debt
        ? { ...nothing(workspace, src), debt }
        : quarantined(workspace, src, 'no_issue_id', 'a number needs a token to be looked up');
    }
    if (isStale(mapped, delivery.receivedAt)) {
      return { ...quarantined(workspace, src, 'stale_body'), debt };
    }
    const arrival: BodyArrival = { receivedAt: delivery.receivedAt, src, createdAt: null };
    const facts =
      source.bodies === 'facts'
        ? bodyFacts(mapped, { ...arrival, createdAt: createdAt(mapped, delivery) }, context)
        : [hintedFact(mapped, arrival, context)];
    const labels = source.bodies === 'facts' ? labelsOf(mapped, workspace) : [];
    return { ...nothing(workspace, src), facts, labels, debt };
  }

  return function mapDeliveryStep({ delivery, heartbeat }, src) {
    if (heartbeat) return heartbeatOutcome(source, heartbeat, src);
    const outcome = mapDelivery(delivery!, src);
    if (outcome.quarantine) reporter.quarantined(outcome.quarantine.reason);
    return outcome;
  };
}
