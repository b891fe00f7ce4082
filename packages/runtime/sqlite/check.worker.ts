/** Looks at every page of a large store while it is in use already: a thread and connection of its own. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { verdictOf } from './database.ts';

const db = new DatabaseSync(workerData as string, { readOnly: true, timeout: 5_000 });
const verdict: string = verdictOf(db, 'quick_check');
db.close();
parentPort!.postMessage(verdict);
