import { countIncidents } from '../support/independent/count-log.ts';
import { bySize } from '../support/size.ts';
import { recordedLogSuite } from './recorded-log.suite.ts';

recordedLogSuite({
  name: 'incidents',
  log: 'tickets/volvo_it_incidents.csv.gz',
  mapping: 'volvo.yaml',
  rows: bySize(1_000, 5_000),
  count: countIncidents,
});
