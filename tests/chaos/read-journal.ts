/** What the accountant wrote down, read once it has ended. */
import { readFileSync } from 'node:fs';

export interface Journal {
  /** Body hash to how often it was sent and acknowledged. */
  readonly sent: ReadonlyMap<string, number>;
  readonly acked: ReadonlyMap<string, number>;
  /** Lines that tell of a version that went back or a message that changed. */
  readonly wrong: readonly string[];
  readonly last: {
    readonly shown: Readonly<Record<string, readonly [number, number]>>;
    readonly through: number;
    readonly alerts: Readonly<Record<string, string>>;
  } | null;
}

/** Of one workspace, or of all. */
export function readJournal(file: string, workspace?: string): Journal {
  const sent = new Map<string, number>();
  const acked = new Map<string, number>();
  const wrong: string[] = [];
  let last: Journal['last'] = null;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [word, , hash, , , of] = line.split(' ');
    const counter = word === 'sent' ? sent : word === 'acked' ? acked : null;
    if (workspace !== undefined && of !== workspace && counter) continue;
    counter?.set(hash!, (counter.get(hash!) ?? 0) + 1);
    if (word === 'back' || word === 'changed') wrong.push(line);
    if (word === 'last') last = JSON.parse(line.slice(5)) as Journal['last'];
  }
  return { sent, acked, wrong, last };
}
