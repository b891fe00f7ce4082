/**
 * The accountant's screen: a client of the websocket that writes down every message it gets, and
 * looks at once whether a version goes back, in what was sent or in what a client would show.
 */
import { type Client, connect } from '@sapwood/client';
import type { Alert } from '@sapwood/core/alert';
import { canonicalJson } from '@sapwood/core/num';
import type { ServerMessage } from '@sapwood/protocol/messages';

export interface Watcher {
  /** Newest frame shown, log time; 0 before the first. */
  asOf(): number;
  /** Offset of that frame: what was published later is not on this screen. */
  through(): number;
  messages(): number;
  /** Series key to [topology, offset], as shown at the end. */
  shown(): Record<string, readonly [number, number]>;
  /** Messages of the alerts seen, by `alertId revision`, as canonical text. */
  alerts(): Record<string, string>;
  close(): void;
}

type Version = readonly [topology: number, offset: number];
const isBack = (now: Version, before: Version): boolean =>
  now[0] < before[0] || (now[0] === before[0] && now[1] < before[1]);

export function watch(url: string, write: (line: string) => void): Watcher {
  const sent = new Map<string, Version>();
  const shown = new Map<string, Version>();
  const alerts = new Map<string, string>();
  let messages = 0;

  const follow = (known: Map<string, Version>, where: string, key: string, now: Version): void => {
    const before = known.get(key);
    if (before && isBack(now, before)) write(`back ${where} ${key} ${before} ${now}`);
    known.set(key, now);
  };
  const alert = (one: Alert): void => {
    const id = `${one.alertId} ${one.revision}`;
    // Its text and numbers may never change once told under a revision.
    const text = canonicalJson(one);
    if (alerts.has(id) && alerts.get(id) !== text) write(`changed alert ${id}`);
    alerts.set(id, text);
  };
  const note = (text: string): void => {
    const message = JSON.parse(text) as ServerMessage;
    messages++;
    const framed = 'frame' in message && message.frame ? message.frame : null;
    const values = 'values' in message ? message.values : [];
    write(
      `ws ${message.type} ${framed ? `${framed.topology}.${framed.offset}` : '-'} ${values.length}`,
    );
    if (framed) follow(sent, 'sent', 'frame', [framed.topology, framed.offset]);
    for (const { key, topology, offset } of values) follow(sent, 'sent', key, [topology, offset]);
    if (message.type === 'alert') alert(message.alert);
    if (message.type === 'snapshot') for (const one of message.alerts.current) alert(one);
  };
  class Noting extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      this.addEventListener('message', ({ data }) => note(String(data)));
    }
  }
  const client: Client = connect({ url, kind: 'desk', webSocket: Noting });
  client.onUpdate(() => {
    for (const [key, { topology, offset }] of client.state.values) {
      follow(shown, 'shown', key, [topology, offset]);
    }
  });
  return {
    asOf: () => client.state.frame?.asOf ?? 0,
    through: () => client.state.frame?.offset ?? 0,
    messages: () => messages,
    shown: () =>
      Object.fromEntries(
        [...client.state.values].map(([key, { topology, offset }]) => [key, [topology, offset]]),
      ),
    alerts: () => Object.fromEntries(alerts),
    close: () => client.close(),
  };
}
