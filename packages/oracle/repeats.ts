/** Customers who come back with another conversation (metrics.md 1.4, `repeated`). */

import { inOrder, isWithin } from './case.ts';
import { cell, type Entry, type Measured, shareOf, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import { openMs } from './fates.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, keyOf, placesOf } from './places.ts';
import { accountOf, NONE } from './rows.ts';
import type { Transition } from './transition.ts';
import { isTold, type Window } from './windows.ts';

/** A conversation that a customer opened, and whether it is resolved. */
export interface Contact {
  readonly opened: Entry;
  readonly resolved: Transition | null;
}

/** Which conversations are of the same kind; null: it is like no other. */
type Alike = (opened: Entry) => string | null;

/** The contact, else the account; null: nobody knows. */
export function customerOf({ contact = null, row }: Entry): string | null {
  if (contact !== null) return `contact ${contact}`;
  const account = accountOf(row);
  return account === null ? null : `account ${account}`;
}

/** Without a topic it is like no other. */
const ofTopic: Alike = (opened) => {
  const [customer, topic] = [customerOf(opened), opened.row.category[0]!];
  return customer === null || topic === NONE ? null : JSON.stringify([customer, topic]);
};

export interface Repeats {
  readonly repeated: readonly Entry[];
  readonly ofAnyTopic: readonly Entry[];
  /** What the customer came back with first on the topic within X of a close. */
  after(close: Close): Entry | undefined;
}

type Close = Pick<Entry, 'conversation' | 'at' | 'rank'> & { readonly openMs: number };

const isSoonAfterClose = (close: Close, one: Entry): boolean =>
  inOrder(close, one) < 0 && isWithin(close, one, close.openMs);

export function repeatsAmong(contacts: readonly Contact[]): Repeats {
  const repeated = joined(contacts, ofTopic);
  const later = Map.groupBy(repeated, (one) => ofTopic(one)!);
  const openings = new Map(contacts.map(({ opened }) => [opened.conversation, opened]));
  const kindOf = ({ conversation }: Pick<Entry, 'conversation'>): string | null => {
    const opened = openings.get(conversation);
    return opened ? ofTopic(opened) : null;
  };
  return {
    repeated,
    ofAnyTopic: joined(contacts, customerOf),
    after(close) {
      const alike = later.get(kindOf(close) ?? '') ?? [];
      return alike
        .filter((one) => one.conversation !== close.conversation && isSoonAfterClose(close, one))
        .sort(inOrder)[0];
    },
  };
}

/** Openings at most X after the newest close before them that resolved another one like them. */
function joined(contacts: readonly Contact[], alike: Alike): Entry[] {
  const groups = Map.groupBy(contacts, ({ opened }) => alike(opened));
  groups.delete(null);
  return [...groups.values()].flatMap((group) => repeatsIn(group));
}

function repeatsIn(group: readonly Contact[]): Entry[] {
  const steps = [
    // Of one instant the opening comes first: what is resolved then was not resolved before it.
    ...group.map((one) => ({ one, step: one.opened as Transition, isOpening: true })),
    ...group.flatMap((one) =>
      one.resolved ? [{ one, step: one.resolved, isOpening: false }] : [],
    ),
  ].sort((a, b) => inOrder(a.step, b.step));
  const done: Contact[] = [];
  const found: Entry[] = [];
  for (const { one, isOpening } of steps) {
    if (!isOpening) done.push(one);
    else {
      const earlier = done.findLast((other) => other !== one);
      if (earlier && isSoonAfter(earlier, one)) found.push({ ...one.opened, kind: 'repeated' });
    }
  }
  return found;
}

const isSoonAfter = ({ resolved, opened }: Contact, next: Contact): boolean =>
  isWithin(resolved!, next.opened, openMs(opened.row.channel[0]!));

/** Customers who came back in a window among those who opened anything in it. */
export function repeatSeries(
  recent: readonly Entry[],
  { repeated, ofAnyTopic }: Repeats,
  T: number,
  windows: readonly Window[],
  by: Known['by'],
): OracleSeries[] {
  const opened = recent.filter(({ kind }) => kind === 'opened');
  const metrics = { 'repeat-contact-rate': repeated, 'repeat-contact-rate-any-topic': ofAnyTopic };
  return Object.entries(metrics).flatMap(([metric, repeats]) => {
    const entries = [...opened, ...repeats.filter(({ live }) => live)];
    const told = windows.filter((window) => isTold(metric, window));
    const sides = told.map((window) => ({
      window,
      now: byRow(within(entries, window.now, T)),
      // Who was there before is forgotten.
      before: byRow(window.isLong ? [] : within(entries, window.before, T)),
    }));
    return placesOf(opened, by)
      .filter((place) => hasRow(metric, place, by))
      .map((place): OracleSeries => {
        const cells = sides.map(({ window, now, before }) =>
          cell(T, window, customersBack(now(place)), customersBack(before(place))),
        );
        return { key: keyOf(metric, place), waiting: null, cells };
      });
  });
}

function customersBack(entries: readonly Entry[]): Measured {
  const customers = (wanted: string): Set<string> =>
    new Set(entries.flatMap((one) => (one.kind === wanted ? (customerOf(one) ?? []) : [])));
  return shareOf(customers('repeated').size, customers('opened').size);
}
