import { expect, it } from 'vitest';
import { countMessages } from '../support/independent/count-log.ts';
import { recordedLog } from '../support/independent/data.ts';
import { isCi } from '../support/size.ts';
import { recordedLogSuite } from './recorded-log.suite.ts';

const LOG = 'tickets/care_messages.csv';

recordedLogSuite({
  name: 'care messages',
  log: LOG,
  mapping: 'care.yaml',
  ...(isCi ? {} : { stretch: { case: 'conversation', at: 'at', hours: 48 } }),
  count: countMessages,
});

const file: string | null = recordedLog(LOG);
it.skipIf(!file)('I3 the count of the messages is the published one', () => {
  expect(countMessages(file!).firstReply).toEqual({ n: 525, sumMs: 66_457_683_308 });
});
