import { countHelpdesk } from '../support/independent/count-log.ts';
import { recordedLogSuite } from './recorded-log.suite.ts';

/** Four years of it: the hours cost more than the events. */
recordedLogSuite({
  name: 'help desk',
  log: 'tickets/helpdesk.csv',
  mapping: 'helpdesk.yaml',
  count: countHelpdesk,
});
