/** One line that a lead puts on the screens, with an end (wallboard.md 7). Not a fact: kept here. */
import type { Clock, StateStore } from '@sapwood/runtime/ports';

const RECORD = 'gateway/notice';
export const NOTICE_CHARS_MAX = 120;
export const NOTICE_MINUTES_MAX: number = 24 * 60;

export interface Notice {
  readonly text: string;
  readonly until: number;
}

export interface Notices {
  load(): Promise<void>;
  /** The one in force; null where none is. */
  current(): Notice | null;
  /** Replaces it; null takes it down. */
  set(notice: Notice | null): Promise<void>;
}

export function createNotices(deps: {
  readonly store: StateStore;
  readonly clock: Clock;
}): Notices {
  const { store, clock } = deps;
  let kept: Notice | null = null;
  return {
    async load(): Promise<void> {
      const bytes = await store.getRecord(RECORD);
      kept = bytes ? (JSON.parse(Buffer.from(bytes).toString('utf8')) as Notice) : null;
    },
    current: () => (kept && kept.until > clock.now() ? kept : null),
    async set(notice): Promise<void> {
      kept = notice;
      await store.putRecord(RECORD, notice && Buffer.from(JSON.stringify(notice), 'utf8'));
    },
  };
}
