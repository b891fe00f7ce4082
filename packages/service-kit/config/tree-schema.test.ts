import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readTrees } from './tree-file.ts';
import { treeSchema } from './tree-schema.ts';
import { parseYamlStream } from './yaml-file.ts';

const shipped = (name: string): string =>
  readFileSync(new URL(`../../contracts/trees/${name}.yaml`, import.meta.url), 'utf8');
/** What a tree file says, in both eyes. */
function judged(text: string): { readonly compiles: boolean; readonly fits: boolean } {
  const [file] = parseYamlStream('t.yaml', text);
  return {
    compiles: 'trees' in readTrees('t.yaml', text),
    fits: treeSchema.safeParse(file!.value).success,
  };
}
const treeWith = (more: string): string =>
  `tree: t\nroot: conversation-volume\ndefault-owner: lead\n${more}`;

it('TREEFILE-3 what ships is right by the schema of editors and by the compiler', () => {
  for (const name of ['cost', 'retention']) {
    expect(judged(shipped(name))).toEqual({ compiles: true, fits: true });
    expect(shipped(name)).toMatch(/^# yaml-language-server: \$schema=\.\/tree\.schema\.json\n/);
  }
});

it('TREEFILE-3 the schema accepts every form that the compiler accepts', () => {
  const forms = [
    'nodes: {csat: null}',
    'nodes: {csat: {owner: {R: a, email: b, chat: {A: c}}}}',
    'nodes: {conversation-volume: {target: "<=5", by: [channel], alerts: [{id: r, warn: 5, high: 9}]}}',
    'nodes: {first-response-time: {target: {urgent: 1 h}, alerts: [{id: r, on: oldest, warn: 1 h, by: null}]}}',
    'influence: {conversation-volume: {csat: pos, nps: [neg, null, me]}}',
    'by: [account_tier]',
    'nodes: {first-response-time: {by: [channel, [channel, priority]], target: {"channel=email, priority=high": 5 m}}}',
  ];
  for (const form of forms) {
    expect([form, judged(treeWith(form))]).toEqual([form, { compiles: true, fits: true }]);
  }
});

it('TREEFILE-3 what has another shape neither of them accepts', () => {
  const wrong = [
    'nods: {}',
    'nodes: {cast: {}}',
    'nodes: {csat: {ownr: a}}',
    'nodes: {csat: {by: [chanel]}}',
    'nodes: {csat: {by: [[channel]]}}',
    'by: [[channel, priority]]',
    'nodes: {csat: {audience: everybody}}',
    'nodes: {csat: {beside: [cast]}}',
    'influence: {conversation-volume: {cast: [pos]}}',
    'default-owner: {R: [a]}',
  ];
  for (const form of wrong) {
    expect([form, judged(treeWith(form).replace(/default-owner: lead\n(?=default)/, ''))]).toEqual([
      form,
      { compiles: false, fits: false },
    ]);
  }
});
