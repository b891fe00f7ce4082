/** The line at the bottom: blindness first, then what is critical, then a lead's notice. */
import type { JSX } from 'preact';
import { fitParts } from '../measure.ts';
import { alertWords } from '../model/alert-text.ts';
import { waitOf } from '../model/card.ts';
import { clockText, plain } from '../model/format.ts';
import type { Geometry } from '../model/geometry.ts';
import { isCritical } from '../model/takeover.ts';
import type { Store } from '../store.ts';
import { Diamond, DottedRing } from './shapes.tsx';

const EACH_MS = 8_000;

export function Strip(props: {
  readonly store: Store;
  readonly geometry: Geometry;
}): JSX.Element | null {
  const { store, geometry } = props;
  const room = geometry.widthPx - 3.4 * geometry.labelPx;
  const fit = (parts: readonly string[]): string => fitParts(parts, room, geometry.labelPx, 600);
  const blindSince = store.blindSince.value;
  const critical = store.alerts.value.filter(isCritical);
  const turn = Math.floor(store.clock.value / EACH_MS) % Math.max(1, critical.length);
  const alert = critical[turn];
  const names = store.names.value;
  const words = alert && alertWords(alert, names, store.currency.value, store.ticking.value);
  if (blindSince !== null) {
    const since = `Not live since ${clockText(blindSince, true)}`;
    const also = words ? [`${words.what} was critical`] : [];
    return (
      <div class="strip blind" role="status">
        <DottedRing />
        <span>{fit([since, ...also])}</span>
      </div>
    );
  }
  if (!words) {
    const notice = store.notice.value;
    const shown = notice !== null && notice.until > store.clock.value;
    return shown ? (
      <div class="strip notice" role="status">
        <span>{fit([notice.text])}</span>
      </div>
    ) : null;
  }
  // What it was when the alert fired is history: who waits now is not.
  const wait = alert && waitOf(store.series(alert.series).value, alert, store.ticking.value);
  const value = wait ? plain(wait) : words.value;
  const head = critical.length > 1 ? `CRITICAL ${turn + 1} of ${critical.length}` : 'CRITICAL';
  return (
    <div class="strip critical" role="status">
      <Diamond />
      <span>{fit([head, `${words.what} ${value}`, words.against, words.since, words.owner])}</span>
    </div>
  );
}
