import { countIncidents } from '../support/independent/count-log.ts';
import { isCi } from '../support/size.ts';
import { recordedLogSuite } from './recorded-log.suite.ts';

recordedLogSuite({
  name: 'incidents',
  log: 'tickets/volvo_it_incidents.csv.gz',
  mapping: 'volvo.yaml',
  ...(isCi ? { rows: 2_500 } : { stretch: { case: 'case', at: 'changed_at', hours: 3 } }),
  count: countIncidents,
});
