/** What a correction would change, by the fold itself; and whether it speaks of anything known. */
import type { TransitionEvent } from '@sapwood/core/event';
import type { Fact } from '@sapwood/core/facts';
import type { FactFold, WorkspaceFold } from '@sapwood/core/fold';
import type { Correction } from '@sapwood/pylon/corrections';

/** Transitions that come and go if the fact were the next of the log. The fold is of no use after. */
export function changesBy(fact: Fact, fold: FactFold): TransitionEvent[] {
  fold.touched();
  fold.advance(fold.timeOf(fact));
  fold.ingest(fact, 0);
  return fold
    .touched()
    .outbox.filter(({ topic }) => topic === 'events.v1')
    .map(({ record }) => record as TransitionEvent)
    .filter(({ dimensions }) => dimensions['correction'] === fact.factId);
}

/** Why it cannot be meant; null: it speaks of what is known. */
export function unknownIn(correction: Correction, workspace: WorkspaceFold): string | null {
  const { kind, entity, body } = correction;
  const missing = (id: string): string => `There is no conversation "${id}" in ${workspace.id}.`;
  if (kind === 'correction.supersede') {
    if (!workspace.corrections.get(entity)) {
      return `There is no correction ${entity} in ${workspace.id}: see \`sapwood correct list\`.`;
    }
    return workspace.corrections.isInForce(entity) ? null : `${entity} is superseded already.`;
  }
  if (kind === 'correction.author_kind') {
    return isAuthor(entity, workspace) ? null : `Nobody in ${workspace.id} writes as "${entity}".`;
  }
  const conversation = workspace.conversation(entity);
  if (!conversation) return missing(entity);
  if (kind === 'correction.merge') {
    if (!workspace.conversation(body.into)) return missing(body.into);
    const isCircle = [body.into, ...workspace.merges.ancestorsOf(body.into)].includes(entity);
    return isCircle ? `${body.into} is part of ${entity} already: a circle.` : null;
  }
  if (kind !== 'correction.retract' || body.messageId === null) return null;
  const { restMessages, bodyMessages } = conversation;
  const isKnown = restMessages.has(body.messageId) || bodyMessages.has(body.messageId);
  return isKnown
    ? null
    : `There is no message "${body.messageId}" in ${entity}, or it is forgotten.`;
}

function isAuthor(id: string, workspace: WorkspaceFold): boolean {
  if (workspace.directory.kindOf(id) !== null) return true;
  for (const { restMessages, bodyMessages } of workspace.conversations()) {
    const messages = [...restMessages.values(), ...bodyMessages.values()];
    if (messages.some(({ authorId }) => authorId === id)) return true;
  }
  return false;
}
