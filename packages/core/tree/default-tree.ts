/**
 * The built-in cost tree (metrics.md 6), reduced to the metrics of the catalogue, and its rules
 * (anomaly.md 11.1): on with no configuration, never paging. It goes through the same compiler as a file.
 */
import { metricSheet } from '../metrics/sheets.ts';
import { compileTree } from './compile.ts';
import type { CompiledTree } from './tree.ts';

const BY_BOTH = ['channel', 'team'];

/** The document that `sapwood.yaml` replaces with `tree: <path>`. */
export const DEFAULT_TREE_DOCUMENT: Readonly<Record<string, unknown>> = {
  tree: 'cost',
  root: 'cost-per-contact',
  'default-owner': { A: 'head-of-support' },
  nodes: {
    'cost-per-contact': {
      label: 'Cost per contact',
      shortLabel: 'Cost/contact',
      identity: 'total-support-cost / contacts-handled',
      audience: 'lead',
      owner: { R: 'support-ops-manager', C: 'finance' },
    },
    'total-support-cost': {
      label: 'Support cost',
      shortLabel: 'Cost',
      identity: 'sum by category',
      owner: { R: 'finance-partner' },
    },
    'contacts-handled': {
      identity: 'conversation-volume - contacts-unhandled-change',
      by: BY_BOTH,
      owner: { R: 'support-ops-manager' },
    },
    'conversation-volume': {
      by: BY_BOTH,
      owner: { R: 'product-lead', A: 'engineering-lead' },
      alerts: [
        // A surge that no desk of a usual size meets on an ordinary day; set your own bounds.
        {
          id: 'volume-surge',
          on: 'value',
          over: '15m',
          warn: 60,
          high: 120,
          recovers: 40,
          pending: '30 s',
        },
      ],
    },
    'contacts-unhandled-change': { shortLabel: 'Unhandled', owner: { R: 'support-ops-manager' } },
    'conversation-handoff-rate': { by: BY_BOTH, owner: { R: 'support-ops-manager' } },
    'first-response-time': {
      by: BY_BOTH,
      owner: { R: 'team-leads' },
      alerts: [
        {
          id: 'waiting',
          on: 'waiting',
          by: 'channel',
          warn: 8,
          high: 15,
          pending: '10 s',
          recovers: 3,
          minN: 5,
        },
        {
          id: 'oldest-waiting',
          on: 'oldest',
          warn: '30 m',
          high: '2 h',
          recovers: '15 m',
          minN: 1,
        },
      ],
    },
  },
  influence: {
    'cost-per-contact': {
      'conversation-handoff-rate': ['pos'],
      'first-response-time': ['pos'],
    },
  },
};

function compileDefault(): CompiledTree {
  const result = compileTree(DEFAULT_TREE_DOCUMENT, metricSheet);
  if ('tree' in result) return result.tree;
  throw new Error(`the built-in tree does not compile: ${JSON.stringify(result.errors)}`);
}

export const DEFAULT_TREE: CompiledTree = compileDefault();
