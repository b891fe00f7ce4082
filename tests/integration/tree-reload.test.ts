/** A tree file is edited while the real process runs on the simulated desk: no restart, and no wrong tree. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { clock, createWorkshop } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const workshop = createWorkshop();
afterEach(() => workshop.clean());

const SOON_MS = 60_000;
const treeWith = (volume: string, more = ''): string =>
  `tree: mine\nroot: conversation-volume\ndefault-owner: leads\nnodes:\n  conversation-volume: {${volume}}\n${more}`;

interface Value {
  readonly key: string;
  readonly value: number | null;
}
interface Answer {
  readonly tree: { readonly nodes: readonly { readonly label: string }[] } | null;
  readonly values: readonly Value[];
}

it('TREECLI-5 TREECLI-6 TREECLI-7 start shows an edited tree without a restart, and refuses a wrong one', async () => {
  const folder = workshop.folder();
  const file = join(folder, 'tree.yaml');
  writeFileSync(
    join(folder, 'sapwood.yaml'),
    'workspaces: {desk: {currency: GBP, tree: tree.yaml}}\n',
  );
  writeFileSync(file, treeWith('label: First'));
  const config = join(folder, 'sapwood.yaml');
  const cli = workshop.start(['start', '--config', config, '--data', folder, '--port', '0']);
  const url = await cli.url();
  const treeOf = async (query = ''): Promise<Answer> => {
    const answer = await fetch(`${url}/v1/tree${query}`);
    // While it starts it says so instead.
    return answer.ok ? ((await answer.json()) as Answer) : { tree: null, values: [] };
  };
  const labels = async (): Promise<string> =>
    ((await treeOf()).tree?.nodes ?? []).map(({ label }) => label).join();
  const shown = (what: string): Promise<void> =>
    until(clock, what, async () => (await labels()) === what, SOON_MS);
  await shown('First');

  writeFileSync(file, treeWith('label: Second, by: [priority]', '  nps: {}\n'));
  await shown('Second,NPS');
  // What the tree asks for anew is told of everything that still counts: its rows add up to the whole.
  const { values } = await treeOf('?window=24h');
  const counted = ({ value }: Value): number => value ?? 0;
  const [whole] = values.filter(({ key }) => key === 'conversation-volume').map(counted);
  const rows = values.filter(({ key }) => key.startsWith('conversation-volume{priority='));
  expect(whole).toBeGreaterThan(0);
  expect(rows.map(counted).reduce((sum, one) => sum + one, 0)).toBe(whole);

  writeFileSync(file, treeWith('labl: Third'));
  await until(
    clock,
    'the mistake',
    () => /labl.{1,40}label/.test(cli.stdout() + cli.stderr()),
    SOON_MS,
  );
  expect(await labels()).toBe('Second,NPS');
  writeFileSync(file, treeWith('label: Fourth'));
  await shown('Fourth');
  expect(cli.isEnded()).toBe(false);
}, 90_000);
