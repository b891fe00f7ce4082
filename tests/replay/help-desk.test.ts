import { countHelpdesk } from '../support/independent/count-log.ts';
import { recordedLogSuite } from './recorded-log.suite.ts';

recordedLogSuite({
  name: 'help desk',
  log: 'tickets/helpdesk.csv',
  mapping: 'helpdesk.yaml',
  count: countHelpdesk,
});
