/** Which keys a client asked for: `*`, an exact key, or `id{*}` for an id and all its children. */
type Matcher = (key: string) => boolean;

function matcher(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!pattern.endsWith('{*}')) return (key) => key === pattern;
  const id = pattern.slice(0, -3);
  return (key) => key === id || key.startsWith(`${id}{`);
}

export class Subscriptions {
  readonly #matchers: Map<string, Matcher> = new Map();

  get size(): number {
    return this.#matchers.size;
  }

  matches(key: string): boolean {
    for (const matches of this.#matchers.values()) if (matches(key)) return true;
    return false;
  }

  /** Returns what the added patterns match. */
  add(patterns: readonly string[]): Matcher {
    const added = patterns.map(matcher);
    patterns.forEach((pattern, i) => {
      this.#matchers.set(pattern, added[i]!);
    });
    return (key) => added.some((matches) => matches(key));
  }

  remove(patterns: readonly string[]): void {
    for (const pattern of patterns) this.#matchers.delete(pattern);
  }
}
