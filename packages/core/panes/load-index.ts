/** How many each agent has now, in all and of each team: read from state, never counted up and down. */
export interface Load {
  readonly agent: string;
  readonly team: string;
}

export interface LoadIndex {
  /** Replaces what a conversation lies on; null: on nobody. True if that changed. */
  set(conversation: string, load: Load | null): boolean;
  of(conversation: string): Load | null;
  /** Of the agents named and of all who have any, ascending; of one team alone, or of all (null). */
  loads(team: string | null, agents: Iterable<string>): number[];
}

export function createLoadIndex(): LoadIndex {
  const held = new Map<string, Load>();
  return {
    set(conversation, load) {
      const known = held.get(conversation);
      if (known?.agent === load?.agent && known?.team === load?.team) return false;
      if (load) held.set(conversation, load);
      else held.delete(conversation);
      return true;
    },
    of: (conversation) => held.get(conversation) ?? null,
    loads(team, agents) {
      const counts = new Map([...agents].map((agent) => [agent, 0]));
      for (const load of held.values()) {
        if (team !== null && load.team !== team) continue;
        counts.set(load.agent, (counts.get(load.agent) ?? 0) + 1);
      }
      return [...counts.values()].sort((a, b) => a - b);
    },
  };
}
