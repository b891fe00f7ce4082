/** Listens to what the store answers to each commit: a lost reply that was asked for again is no refusal. */
import type { CommitAnswer, StateStore } from '@sapwood/runtime/ports';
import type { Simulated } from '@sapwood/runtime/simulated';

export function heard(world: Simulated, hear: (answer: CommitAnswer) => void): Simulated {
  return {
    ...world,
    connect: (options) => {
      const connection = world.connect(options);
      const { store } = connection;
      const commit: StateStore['commit'] = async (...call) => {
        const answer = await store.commit(...call);
        hear(answer);
        return answer;
      };
      return { ...connection, store: { ...store, commit } };
    },
  };
}
