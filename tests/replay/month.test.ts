/** A month of a simulated desk on the embedded engine. */
import { join } from 'node:path';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { describe } from 'vitest';
import { monthSuite } from './month.suite.ts';

/** The longest of the usual windows moves on. */
const DAYS = 31;

describe('a simulated month', () => {
  monthSuite({
    days: DAYS,
    stage: async (workshop) => {
      const data = workshop.folder();
      const file = join(data, 'sapwood.db');
      return {
        where: ['--data', data],
        open: async (clock) => createSqlite({ file, clock, durability: 'RELAXED' }),
      };
    },
  });
});
