/** Which transitions count in a window of a row, by conversation, and which do not, and why. */
import { transitionsOf } from '../conversation/derive.ts';
import type { Transition } from '../conversation/transition.ts';
import { isOfMiddle } from '../metrics/definition.ts';
import type { RowsOf } from '../metrics/rows.ts';
import { contributionsTo, type Marking, markingsOf, type Told } from './contributions.ts';
import type { ToldConversation } from './conversation-text.ts';
import { withAccounts } from './explain-accounts.ts';
import { customersIn } from './explain-customers.ts';
import { withModes } from './explain-modes.ts';
import { withNovelty } from './explain-novelty.ts';
import {
  type Asked,
  type Finding,
  type Found,
  isWithin,
  kindsOf,
  type Look,
  rowsOf,
  rowsWithin,
} from './explain-rows.ts';
import type { WorkspaceFold } from './workspace.ts';

export function findEvents(workspace: WorkspaceFold, asked: Asked): Finding {
  const { evidence } = workspace;
  const { customers, distinct } = asked.metric;
  const found: Found[] = [];
  const excluded = new Map<string, number>();
  const byCustomer = customers ? customersIn(asked) : null;
  const look = byCustomer?.look ?? (distinct ? lastMark : additions);
  const kinds = kindsOf(asked.metric);
  for (const id of evidence.since(asked.from)) {
    const conversation = evidence.told(id, kinds);
    const told = toldFor(asked, evidence.toldOf(conversation));
    const events = look(conversation, told, asked, workspace);
    if (events.length > 0) found.push({ conversation, events });
    for (const reason of exclusions(conversation, told, asked, workspace)) {
      excluded.set(reason, (excluded.get(reason) ?? 0) + 1);
    }
  }
  if (byCustomer) found.push(...byCustomer.found());
  const all = { found: refined(found, asked, workspace), excluded };
  return isOfAccounts(asked) ? withAccounts(asked.metric, all) : all;
}

/** Of a total nobody asks in which rows beside it something counts. */
function toldFor({ metric, row }: Asked, told: Told): Told {
  const isTotal = row === metric.id && !metric.modal && !metric.novel && !metric.ofPairs;
  return isTotal ? { ...told, rowsOf: onlyTotal } : told;
}

const onlyTotal: RowsOf = ({ id }) => [id];

/** What each adds may rest on others, or on when its tags were first seen. */
function refined(
  found: readonly Found[],
  asked: Asked,
  workspace: WorkspaceFold,
): readonly Found[] {
  if (asked.metric.modal) return withModes(found);
  return asked.metric.novel ? withNovelty(found, asked, workspace) : found;
}

/** Its value is that of the account in the middle. */
export const isOfAccounts = ({ metric, row }: Asked): boolean =>
  typeof row === 'string' && isOfMiddle(metric, row);

/** What adds to the row, each time. */
const additions: Look = ({ transitions }, told, asked, workspace) =>
  transitions.flatMap((transition) => {
    const { metric, clock } = asked;
    const adds = metric.adds?.[transition.kind];
    if (adds === undefined || !isWithin(transition, asked)) return [];
    if (transition.courtesy || !transition.live) return [];
    return contributionsTo({ metric, adds }, transition, told).flatMap((contribution) => {
      const amount = clock === 'business' ? contribution.beside : contribution.value;
      if (amount === null) return [];
      const rows = rowsWithin(contribution.rows, asked, workspace);
      // A class is told of all that is in the whole, and counts what is in it, once for each value of it.
      if (metric.form === 'DIST' && asked.row !== metric.id) {
        const row = rows[0] ?? metric.id;
        return [{ transition, amount: rows.length, row, because: null }];
      }
      return rows.map((row) => ({ transition, amount, row, because: null }));
    });
  });

/** Once, where its last piece of work stands; in the numerator for a flagged one in the window. */
const lastMark: Look = ({ transitions }, told, asked, workspace) => {
  const isIn = ({ transition }: Marking): boolean => isWithin(transition, asked);
  const markings = markingsOf(asked.metric, transitions);
  const last = markings.at(-1);
  if (!last || !isIn(last)) return [];
  const flagged = markings.findLast((marking) => marking.flagged && isIn(marking));
  const { transition } = last;
  return rowsWithin(rowsOf(transition, told, asked), asked, workspace).map((row) => ({
    transition,
    amount: flagged ? 1 : 0,
    row,
    because: flagged?.transition ?? null,
  }));
};

/** Why it is out of every number; null: it is in them. */
function removalOf({ transitions }: ToldConversation): string | null {
  if (transitions.some(({ kind }) => kind === 'restored')) return null;
  if (transitions.some(({ kind }) => kind === 'merged_away')) return 'merged';
  return transitions.find(({ kind }) => kind.startsWith('removed.'))?.kind.slice(8) ?? null;
}

/** A reason for each transition that would count but for it. */
function* exclusions(
  conversation: ToldConversation,
  told: Told,
  asked: Asked,
  workspace: WorkspaceFold,
): Generator<string> {
  const removal = removalOf(conversation);
  const transitions = removal
    ? transitionsOf(workspace.evidence.storyOf(workspace.evidence.view(conversation.id)))
    : conversation.transitions;
  const isProactive = removal === null && isUnopened(conversation, asked);
  for (const transition of transitions) {
    if (!isWithin(transition, asked)) continue;
    const reason =
      isProactive && transition.kind === 'created'
        ? 'proactive'
        : reasonOf(transition, told, asked, removal);
    if (!reason) continue;
    if (rowsWithin(rowsOf(transition, told, asked), asked, workspace).length > 0) yield reason;
  }
}

/** The team began it, and no customer has written yet. */
const isUnopened = ({ transitions, past }: ToldConversation, { metric }: Asked): boolean =>
  metric.adds?.opened !== undefined &&
  !past?.start &&
  !transitions.some(({ kind }) => kind === 'opened');

function reasonOf(
  t: Transition,
  told: Told,
  { metric }: Asked,
  removal: string | null,
): string | null {
  const { distinct, customers } = metric;
  const adds = metric.adds?.[t.kind];
  const isAsked = customers !== undefined && t.kind === 'cohort.opened';
  const isMark = isAsked || distinct?.num.includes(t.kind) || distinct?.den.includes(t.kind);
  if (adds === undefined && !isMark) return null;
  const isUnmeasured =
    adds !== undefined && contributionsTo({ metric, adds }, t, told).length === 0;
  // A close that is not the first is no first resolution: that is no reason, it is what the metric means.
  if (isUnmeasured && adds !== 'ms') return null;
  if (!t.live) return 'not_live';
  if (t.courtesy && !isMark) return 'courtesy';
  // Nobody had asked: nothing ran that it could end.
  return isUnmeasured ? 'no_duration' : removal;
}
