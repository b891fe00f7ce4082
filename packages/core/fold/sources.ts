/** How far each source of a workspace is known to have told everything. */
import type { FactOf, SourceHeartbeat } from '../facts/fact.ts';

export class Sources {
  readonly heartbeats: Map<string, SourceHeartbeat> = new Map();
  readonly #changed: (field: string) => void;

  /** `changed`: a stored field is to be stored anew. */
  constructor(changed: (field: string) => void) {
    this.#changed = changed;
  }

  /** True if it was new. */
  take({ entity, body }: FactOf<'source.heartbeat'>): boolean {
    const { coveredThrough, basis } = body;
    const known = this.heartbeats.get(entity);
    if (known && known.coveredThrough >= coveredThrough && known.basis === basis) return false;
    // A source that reconciles keeps that basis: a body's heartbeat says less.
    if (known?.basis === 'reconciled' && basis === 'endpoint_up') return false;
    this.heartbeats.set(entity, { coveredThrough, basis });
    this.#changed(`hb/${entity}`);
    return true;
  }
}
