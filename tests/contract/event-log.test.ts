import { openSimulated, openSqlite, openSqliteVirtual } from './embedded.harness.ts';
import { eventLogSuite } from './event-log.suite.ts';

eventLogSuite('sqlite', openSqlite);
eventLogSuite('sqlite, as in a replay', openSqliteVirtual);
eventLogSuite('simulated', openSimulated('log'));
