import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { config, tick } from '../../../tests/support/facts.ts';
import type { Fact, FactBodies, FactKind } from '../facts/fact.ts';
import { createFactFold } from '../fold/fold.ts';
import { Directory, type DirectoryFact } from './directory.ts';

const START_MS = 1_781_000_000_000;

function fact<K extends FactKind>(
  kind: K,
  entity: string,
  body: FactBodies[K],
  observedAt = START_MS,
): DirectoryFact {
  const base = { ...tick(START_MS), via: 'rest', observedAt } as object;
  return { ...base, kind, entity, body } as unknown as DirectoryFact;
}
const account = (tier: string | null, at?: number): DirectoryFact =>
  fact(
    'account.observed',
    'A',
    { tier, type: 'customer', ownerId: null, parentId: null, arrMicro: null },
    at,
  );
const team = (members: string[], at?: number): DirectoryFact =>
  fact('team.observed', 'T', { members, rank: null }, at);
const user = (
  role: string | null,
  at?: number,
  userKind: 'human' | 'bot' = 'human',
): DirectoryFact => fact('user.observed', 'G', { userKind, status: null, role }, at);

const answers = (directory: Directory): unknown => [
  directory.tierOf('A'),
  directory.members('T'),
  directory.isManager('G'),
];
function directoryOf(facts: readonly DirectoryFact[]): Directory {
  const directory = new Directory(() => ['lead']);
  for (const one of facts) directory.take(one, () => {});
  return directory;
}

describe('directory of a workspace', () => {
  it('DIR-1 answers what was read last, and null or nobody for what never was', () => {
    expect(answers(new Directory(() => ['lead']))).toEqual([null, [], false]);
    const facts = [account('gold'), team(['G']), user('agent')];
    const later = [account('silver', START_MS + 1), team(['G', 'H'], START_MS + 1)];
    expect(answers(directoryOf(facts))).toEqual(['gold', ['G'], false]);
    const all = [...facts, ...later, user('lead', START_MS + 1)];
    expect(answers(directoryOf(all))).toEqual(['silver', ['G', 'H'], true]);
  });

  it('DIR-1 the order of the facts does not matter', () => {
    const tier = fc.constantFrom('gold', 'silver', null);
    const at = fc.integer({ min: 0, max: 3 }).map((ms) => START_MS + ms);
    const anyFact = fc.oneof(
      fc.tuple(tier, at).map(([value, ms]) => account(value, ms)),
      fc.tuple(fc.subarray(['G', 'H']), at).map(([members, ms]) => team(members, ms)),
      fc
        .tuple(
          fc.constantFrom('lead', 'agent', null),
          at,
          fc.constantFrom('human' as const, 'bot' as const),
        )
        .map((said) => user(...said)),
    );
    const shuffled = fc
      .array(anyFact, { maxLength: 12 })
      .chain((facts) =>
        fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
      );
    fc.assert(
      fc.property(shuffled, ([facts, other]) => {
        const [one, another] = [directoryOf(facts), directoryOf(other)];
        expect(answers(another)).toEqual(answers(one));
        expect(another.kindOf('G')).toBe(one.kindOf('G'));
      }),
    );
  });

  it('DIR-2 what is said again is stored with its newer look, and changes nothing', () => {
    const directory = directoryOf([account('gold')]);
    const stored: string[] = [];
    expect(directory.take(account('gold', START_MS + 5), (field) => stored.push(field))).toBe(
      false,
    );
    expect(directory.take(account('silver', START_MS + 4), (field) => stored.push(field))).toBe(
      false,
    );
    expect(stored).toEqual(['acct/A']);
    expect(directory.tierOf('A')).toBe('gold');
  });

  it('DIR-3 a fold stores it and takes it back; contacts and statuses are only counted', () => {
    const fold = createFactFold({ topology: 1, hash: (text) => text });
    const document = { managerRoles: ['lead'], sources: [], tree: { nodes: [] } };
    const declared = config(START_MS, document);
    const facts: readonly Fact[] = [
      declared,
      account('gold'),
      team(['G']),
      user('lead'),
      fact('contact.observed', 'C', { accountId: 'A' }),
      fact('status.observed', 'qa', { category: 'on_hold' }),
    ];
    const fates = facts.map((one, offset) => {
      fold.advance(fold.timeOf(one));
      return fold.ingest(one, offset);
    });
    expect(fates.slice(1)).toEqual(['applied', 'applied', 'applied', 'redundant', 'redundant']);
    const puts = fold.touched().puts;
    const fields = puts.map(([, field]) => field.split('/').slice(1).join('/'));
    expect(fields).toEqual(expect.arrayContaining(['acct/A', 'team/T', 'user/G']));
    const again = createFactFold({ topology: 1, hash: (text) => text });
    again.restore(puts, fold.T);
    expect([...again.encode()]).toEqual([...fold.encode()]);
    const [workspace] = again.workspaces();
    expect(answers(workspace!.directory)).toEqual(['gold', ['G'], true]);
  });
});
