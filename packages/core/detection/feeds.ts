/** The histories of a workspace: one per series that a rule sums or a cause is split by. */
import { History, type HistoryKind } from './history.ts';
import { type Plan, type Segment, seriesOf } from './plan.ts';

/** One number per step of one series: `y`, or `n` of a ratio. */
export interface Feed {
  readonly base: string;
  readonly segment: Segment;
  readonly field: 'y' | 'n';
}

export interface Channel extends Feed {
  readonly key: string;
  readonly history: History;
}

const DENOMINATOR_MARK = '|n';

export function feedKey({ base, segment, field }: Feed): string {
  return seriesOf(base, segment) + (field === 'n' ? DENOMINATOR_MARK : '');
}

export function parseFeedKey(key: string): Feed {
  const field = key.endsWith(DENOMINATOR_MARK) ? 'n' : 'y';
  const series = field === 'n' ? key.slice(0, -DENOMINATOR_MARK.length) : key;
  const brace = series.indexOf('{');
  if (brace < 0) return { base: series, segment: '', field };
  return { base: series.slice(0, brace), segment: series.slice(brace + 1, -1), field };
}

const kindOf = (base: string): HistoryKind => (base.includes('#') ? 'level' : 'sum');

/** What a plan needs in one segment to be judged. */
export function feedsOf(plan: Plan, segment: Segment): Feed[] {
  const feeds: Feed[] = plan.leaves.map((base) => ({ base, segment, field: 'y' }));
  if (plan.hasOwnDenominator) feeds.push({ base: plan.base, segment, field: 'n' });
  if (plan.rule.on === 'waiting') feeds.push({ base: plan.base, segment: '', field: 'y' });
  return feeds;
}

/** All histories of one workspace, in the order of their keys. */
export class Feeds {
  readonly #byKey = new Map<string, Channel>();
  /** Blocks of histories that were dropped, still to be deleted from the store. */
  readonly #dropped: string[] = [];

  get(key: string): Channel | null {
    return this.#byKey.get(key) ?? null;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  all(): Iterable<Channel> {
    return this.#byKey.values();
  }

  open(feed: Feed): Channel {
    const key = feedKey(feed);
    const known = this.#byKey.get(key);
    if (known) return known;
    const channel: Channel = { ...feed, key, history: new History(kindOf(feed.base)) };
    this.#byKey.set(key, channel);
    return channel;
  }

  /** Forgets what no rule needs any more. */
  keepOnly(isNeeded: (channel: Channel) => boolean): void {
    for (const channel of [...this.#byKey.values()]) {
      if (isNeeded(channel)) continue;
      this.#byKey.delete(channel.key);
      for (const put of [...channel.history.encode(), ...channel.history.takeDirty()]) {
        this.#dropped.push(`${channel.key}/${put.name}`);
      }
    }
  }

  restore(field: string, text: string): void {
    const cut = field.lastIndexOf('/', field.lastIndexOf('/') - 1);
    const channel = this.open(parseFeedKey(field.slice(0, cut)));
    channel.history.restore(field.slice(cut + 1), text);
  }

  takeDirty(): (readonly [field: string, text: string | null])[] {
    const puts = this.#dropped.splice(0).map((field) => [field, null] as const);
    return [...puts, ...this.#collect((history) => history.takeDirty())];
  }

  encode(): (readonly [field: string, text: string | null])[] {
    return this.#collect((history) => history.encode());
  }

  #collect(
    read: (history: History) => readonly { name: string; text: string | null }[],
  ): (readonly [string, string | null])[] {
    return [...this.#byKey.keys()].sort().flatMap((key) => {
      const { history } = this.#byKey.get(key)!;
      return read(history).map((put) => [`${key}/${put.name}`, put.text] as const);
    });
  }
}
