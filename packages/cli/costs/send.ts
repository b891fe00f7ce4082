/** Cost entries and corrections to a running ingest, as anybody's feed would send them. */
import type { CostEntry } from '@sapwood/core/facts';
import { EXIT, UserError } from '../exit.ts';

/** So many of the largest fit into one body. */
const BATCH_MAX = 250;
const DEADLINE_MS = 30_000;

export interface Feed {
  readonly url: string;
  readonly key: string;
}

/** Throws `UserError` at the first refusal; sending all of them again is harmless. */
export async function sendCosts(entries: readonly CostEntry[], feed: Feed): Promise<void> {
  for (let sent = 0; sent < entries.length; sent += BATCH_MAX) {
    const refusal = await post(entries.slice(sent, sent + BATCH_MAX), feed);
    if (refusal === null) continue;
    const some = sent > 0 ? ` ${sent} of ${entries.length} entries were taken before.` : '';
    throw new UserError(`${refusal}${some} Import again once it is right.`, EXIT.unreachable);
  }
}

/** Throws `UserError` if it is refused; sending it again is harmless. */
export async function sendCorrection(entry: object, feed: Feed): Promise<void> {
  const refusal = await post({ corrections: [entry] }, feed);
  if (refusal !== null) throw new UserError(`${refusal} Nothing is corrected.`, EXIT.unreachable);
}

/** null: accepted. */
async function post(body: object, { url, key }: Feed): Promise<string | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const text = await answer.text();
    return answer.status === 202 ? null : `${url} answered ${answer.status}: ${text}`;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return `${url} cannot be reached: ${cause?.code ?? message}.`;
  }
}
