import { countIncidents } from '../support/independent/count-log.ts';
import { recordedLogSuite } from './recorded-log.suite.ts';

const ROWS = 5_000;

recordedLogSuite({
  name: 'incidents, first 5,000 rows',
  log: 'tickets/volvo_it_incidents.csv.gz',
  mapping: 'volvo.yaml',
  limit: ROWS,
  count: (file) => countIncidents(file, ROWS),
});
