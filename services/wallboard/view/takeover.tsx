/** A new critical alert takes the whole screen for eight seconds. */
import type { JSX } from 'preact';
import { alertWords } from '../model/alert-text.ts';
import type { Store } from '../store.ts';
import { Diamond } from './shapes.tsx';

export function TakeoverView(props: { readonly store: Store }): JSX.Element | null {
  const { store } = props;
  const { alertId } = store.takeover.value;
  const alert = store.alerts.value.find((one) => one.alertId === alertId);
  if (!alert || store.blindSince.value !== null) return null;
  const words = alertWords(alert, store.names.value, store.currency.value, store.ticking.value);
  return (
    <div class="takeover" role="alert">
      <header>
        <Diamond /> CRITICAL
      </header>
      <h1>{words.what}</h1>
      <div class="figures">
        <strong>{words.value}</strong>
        <span>{words.against}</span>
      </div>
      <p>{alert.text}</p>
      <footer>
        <span>{words.path}</span>
        <span>
          for {words.since} · {words.owner}
        </span>
      </footer>
    </div>
  );
}
