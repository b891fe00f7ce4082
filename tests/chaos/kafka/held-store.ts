/** The state of some scopes at one moment each, while their owners may go on. */
import type { Meta, Scope, StateStore, StoredPut } from '@sapwood/runtime/ports';

/** An owner may commit between the two looks at its position. */
const LOADS_MAX = 50;

interface Held {
  readonly meta: Meta | null;
  readonly puts: readonly StoredPut[];
}

async function stable(store: StateStore, scope: Scope): Promise<Held> {
  for (let i = 0; i < LOADS_MAX; i++) {
    const meta = await store.meta(scope);
    const puts: StoredPut[] = [];
    for await (const put of store.load(scope)) puts.push(put);
    const after = await store.meta(scope);
    if (meta?.off === after?.off && meta?.cid === after?.cid) return { meta, puts };
  }
  throw new Error(`the state of ${scope.fold}/${scope.partition} never stands still`);
}

/** For reading alone; of these scopes. */
export async function holdStore(store: StateStore, scopes: readonly Scope[]): Promise<StateStore> {
  const name = ({ fold, topology, partition }: Scope): string => `${fold} ${topology} ${partition}`;
  const held = new Map<string, Held>();
  for (const scope of scopes) held.set(name(scope), await stable(store, scope));
  return {
    ...store,
    meta: async (scope) => held.get(name(scope))!.meta,
    async *load(scope) {
      yield* held.get(name(scope))!.puts;
    },
  };
}
