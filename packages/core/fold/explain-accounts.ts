/** Of which accounts the one in the middle is: of those with too few replies, and of nobody's, nothing counts. */
import { NONE } from '../conversation/transition.ts';
import type { MetricDefinition } from '../metrics/catalogue.ts';
import { seriesKey } from '../metrics/value.ts';
import { bump } from '../panes/cell.ts';
import type { Finding, Found, FoundEvent } from './explain-rows.ts';

/** Each event stands in the row of its account. */
export function withAccounts(
  { id, floor }: MetricDefinition,
  { found, excluded }: Finding,
): Finding {
  const of = ({ transition }: FoundEvent): string => transition.dims.account;
  const replies = new Map<string, number>();
  for (const { events } of found) for (const event of events) bump(replies, of(event), 1);
  const reasons = new Map(excluded);
  const isCounted = (event: FoundEvent): boolean => {
    const account = of(event);
    if (account !== NONE && replies.get(account)! >= floor) return true;
    bump(reasons, account === NONE ? 'no_account' : 'few_replies', 1);
    return false;
  };
  const counted = found.map(({ conversation, events }): Found => {
    const own = events.filter(isCounted);
    return {
      conversation,
      events: own.map((event) => ({ ...event, row: seriesKey(id, { account: of(event) }) })),
    };
  });
  return { found: counted.filter(({ events }) => events.length > 0), excluded: reasons };
}
