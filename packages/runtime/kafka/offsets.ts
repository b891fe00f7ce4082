/** Where the partitions of a topic begin and end: one question for all who ask at about the same time. */
export interface TopicOffset {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

/** Asks for a topic's offsets; never answers with what was asked before the call. */
export function createOffsets(
  fetchOffsets: (topic: string) => Promise<readonly TopicOffset[]>,
): (topic: string) => Promise<readonly TopicOffset[]> {
  const inFlight = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<readonly TopicOffset[]>>();
  const ask = (topic: string): Promise<readonly TopicOffset[]> => {
    const asked = fetchOffsets(topic).finally(() => {
      if (inFlight.get(topic) === asked) inFlight.delete(topic);
    });
    inFlight.set(topic, asked);
    return asked;
  };
  return (topic) => {
    const current = inFlight.get(topic);
    if (!current) return ask(topic);
    // What is under way may be older than an append of the caller's: the next one is for all of them.
    const waiting = next.get(topic);
    if (waiting) return waiting;
    const made = current
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        next.delete(topic);
        return ask(topic);
      });
    next.set(topic, made);
    return made;
  };
}
