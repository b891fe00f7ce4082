import { openSimulated, openSqlite, openSqliteVirtual } from './embedded.harness.ts';
import { eventLogSuite } from './event-log.suite.ts';

eventLogSuite('sqlite', openSqlite);
eventLogSuite('sqlite, virtual clock', openSqliteVirtual);
eventLogSuite('simulated', openSimulated('log'));
