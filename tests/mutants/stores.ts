/** Mutants of the commit, in each store that has one. */
import type { Mutant, TestChoice } from './mutant.ts';

const SQLITE = 'packages/runtime/sqlite/store.ts';
const SIMULATED = 'packages/runtime/simulated/store.ts';
const LUA = 'packages/runtime/redis/lua/state_commit-6.lua';
const REDIS = 'packages/runtime/redis/index.ts';

const contract = (only: string): TestChoice => ({
  file: 'tests/contract/state-store.test.ts',
  only,
});
const onSqlite = (id: string): TestChoice => ({
  file: 'tests/contract/state-store-sqlite.test.ts',
  only: id,
});
const onRedis = (id: string): TestChoice => ({
  file: 'tests/contract/state-store-redis.test.ts',
  only: `${id} `,
});
const runner = (only: string): TestChoice => ({
  file: 'packages/runtime/fold-runner.test.ts',
  only: `${only} `,
});

/** The one seed that is known to notice it. */
const seedFor = (id: string): TestChoice => ({
  file: 'tests/sim/sim.test.ts',
  only: `notices ${id} `,
});

const OFFSET_CHECK = 'The expected offset is not compared';
const APPLY = 'process.call(() => commitOrFail(scope, commit, puts, entries)),';

export const STORE_MUTANTS: readonly Mutant[] = [
  {
    id: 'B1a',
    sentence: `${OFFSET_CHECK}: SQLite.`,
    file: SQLITE,
    find: "if (row.off !== expected) return 'OFFSET';",
    replace: '',
    tests: [contract('sqlite.*STORE-5 ')],
  },
  {
    id: 'B1b',
    sentence: `${OFFSET_CHECK}: simulated.`,
    file: SIMULATED,
    find: "return found.meta.off === commit.expected ? null : 'OFFSET';",
    replace: 'return null;',
    tests: [runner('RUN-5')],
  },
  {
    id: 'B1d',
    sentence: 'A commit of an owner that lost its claim is taken: simulated.',
    file: SIMULATED,
    find: "if (found.meta.own !== commit.own) return 'FENCED';",
    replace: '',
    tests: [seedFor('B1d')],
  },
  {
    id: 'B1c',
    sentence: `${OFFSET_CHECK}: Lua.`,
    file: LUA,
    find: "if m[2] ~= ARGV[2] then return 'OFFSET'  end",
    replace: '',
    tests: [onRedis('STORE-5')],
  },
  {
    id: 'B2a',
    sentence: 'The offset moves in a transaction before that of the state: SQLite.',
    file: SQLITE,
    find: '        putAll(row.id, puts);\n        insertOutbox(outbox);',
    replace: `        db.statement('scopeMove').run(next, tail, cid, T, row.id);
        db.exec('COMMIT');
        db.exec('BEGIN IMMEDIATE');
        putAll(row.id, puts);
        insertOutbox(outbox);`,
    tests: [onSqlite('STORE-20')],
  },
  {
    id: 'B2b',
    sentence: 'The offset moves a step before the state: simulated.',
    file: SIMULATED,
    find: APPLY,
    replace: `process
        .call(() => {
          const found = find(scope);
          const refused = refusal(found, commit);
          if (!refused) found!.meta = { ...found!.meta, off: commit.next, tail: commit.tail };
          return refused;
        })
        .then((refused) =>
          refused
            ? refused
            : process.call(() => {
                const found = find(scope)!;
                putAll(found.state, puts);
                emit(found, entries);
                found.meta = { ...found.meta, cid: commit.cid, T: commit.T };
                return 'OK' as const;
              }),
        ),`,
    tests: [runner('RUN-3')],
  },
  {
    id: 'B2c',
    sentence: 'The offset is written first: Lua.',
    file: LUA,
    find: '-- 2. State and outbox',
    replace: "redis.call('HSET', KEYS[1], 'off', ARGV[3])\n-- 2. State and outbox",
    tests: [onRedis('STORE-20')],
  },
  {
    id: 'B3a',
    sentence: 'State and offset in two transactions: SQLite.',
    file: SQLITE,
    find: "        db.statement('scopeMove').run(next, tail, cid, T, row.id);\n        return 'OK';",
    replace: `        db.exec('COMMIT');
        db.exec('BEGIN IMMEDIATE');
        db.statement('scopeMove').run(next, tail, cid, T, row.id);
        return 'OK';`,
    tests: [onSqlite('STORE-20')],
  },
  {
    id: 'B3b',
    sentence: 'State and offset in two steps: simulated.',
    file: SIMULATED,
    find: APPLY,
    replace: `process
        .call(() => {
          const found = find(scope);
          if (!refusal(found, commit)) putAll(found!.state, puts);
        })
        .then(() => process.call(() => commitOrFail(scope, commit, puts, entries))),`,
    tests: [runner('RUN-3')],
  },
  {
    id: 'B3c',
    sentence: 'State and offset in two calls: Redis.',
    file: REDIS,
    find: "      const answer = (await reached(run('stateCommit', keysOf(scope), args))) as CommitAnswer;",
    replace: `      const { spaces } = scopeKeys(prefix, scope);
      for (const [space, field, bytes] of puts) {
        if (bytes) await reached(redis.hset(spaces[space], field, asBuffer(bytes)));
      }
      const answer = (await reached(run('stateCommit', keysOf(scope), args))) as CommitAnswer;`,
    tests: [onRedis('STORE-5')],
  },
  {
    id: 'B5a',
    sentence: 'State expires: the commit script.',
    file: LUA,
    find: "return 'OK'\n",
    replace: "redis.call('EXPIRE', KEYS[3], 86400)\nreturn 'OK'\n",
    tests: [onRedis('STORE-21')],
  },
  {
    id: 'B5b',
    sentence: 'Small records expire.',
    file: REDIS,
    find: 'await reached(redis.set(key, asBuffer(bytes)));',
    replace: "await reached(redis.set(key, asBuffer(bytes), 'EX', 86_400));",
    tests: [onRedis('STORE-21')],
  },
  {
    id: 'B12a',
    sentence: 'SQLite answers before its COMMIT.',
    file: 'packages/runtime/sqlite/writer.ts',
    find: "deps.durability === 'RELAXED' ? runRelaxed : runGroup",
    replace: 'runRelaxed',
    tests: [{ file: 'tests/contract/event-log-sqlite.test.ts', only: 'LOG-21 ' }],
  },
  {
    id: 'B12b',
    sentence: 'SQLite answers although its COMMIT failed.',
    file: 'packages/runtime/sqlite/writer.ts',
    find: '      for (const op of ops) op.failed(error as Error, true);\n      return;\n    }\n    for (const op of ops) op.done();\n  };\n  /** Acknowledges now',
    replace:
      '      void error;\n    }\n    for (const op of ops) op.done();\n  };\n  /** Acknowledges now',
    tests: [onSqlite('STORE-22')],
  },
];

const NO_CID = 'Without the `cid` check: only a reload more';
/** Everything above the store, and its contract but for the test that states this very answer. */
const ABOVE: readonly TestChoice[] = [
  { file: 'packages/runtime/fold-runner.test.ts', only: 'RUN-' },
  { file: 'packages/runtime/relay.test.ts', only: 'RELAY-' },
  { file: 'services/detector/app.test.ts', only: 'DET-30 ' },
];
const ALL_BUT_4 = 'STORE-(?!4 )';

/** They must survive: a check that only saves work (1.12). */
export const CONTROLS: readonly Mutant[] = [
  {
    id: 'C1a',
    sentence: `${NO_CID}: simulated.`,
    file: SIMULATED,
    find: "if (found.meta.cid === commit.cid) return 'APPLIED';",
    replace: '',
    tests: [...ABOVE, contract(`simulated.*${ALL_BUT_4}`)],
  },
  {
    id: 'C1b',
    sentence: `${NO_CID}: SQLite.`,
    file: SQLITE,
    find: "if (row.cid === cid) return 'APPLIED';",
    replace: '',
    tests: [contract(`sqlite.*${ALL_BUT_4}`)],
  },
  {
    id: 'C1c',
    sentence: `${NO_CID}: Lua.`,
    file: LUA,
    find: "if m[3] == ARGV[5] then return 'APPLIED' end -- only the reply was lost",
    replace: '',
    tests: [{ file: 'tests/contract/state-store-redis.test.ts', only: ALL_BUT_4 }],
  },
];
