import { openSimulated, openSqlite, openSqliteVirtual } from './embedded.harness.ts';
import { stateStoreSuite } from './state-store.suite.ts';

stateStoreSuite('sqlite', openSqlite);
stateStoreSuite('sqlite, as in a replay', openSqliteVirtual);
stateStoreSuite('simulated, outbox in the log', openSimulated('log'));
const inStore = openSimulated('store');
stateStoreSuite('simulated, outbox in the store', async () => ({
  ...(await inStore()),
  log: null,
}));
