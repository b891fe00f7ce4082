import { SHEETS } from '@sapwood/core/sheets';
import { afterEach, expect, it, vi } from 'vitest';
import { metrics } from './metrics.ts';

afterEach(() => void vi.restoreAllMocks());

function written(id?: string, json = false): string {
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  metrics(id, { json });
  const text = out.mock.calls.map(([part]) => part).join('');
  out.mockRestore();
  return text;
}

it('CLI-7 metrics tells every metric from its definition, or the one that is asked for', () => {
  const all = written();
  for (const { id, prose } of SHEETS) {
    expect(all).toContain(`${id}@1  `);
    expect(all).toContain(prose);
  }
  expect(JSON.parse(written(undefined, true))).toHaveLength(SHEETS.length);
  expect(written('message-response-time')).toContain(
    'durations in ms, shown by the median, with who is owed a reply; lower is better',
  );
  expect(written('cost-per-episode')).toContain('from cost over episodes-handled');
  expect(written('sla-first')).toContain('unknown without messages and a target of first');
  expect(written('tag-cooccurrence')).toContain('from closed (where tagged is known)');
  expect(written('deflection-proxy')).toContain('handled (where by human or mixed)');
  expect(written('custom-field-utilisation')).toContain('unknown without a tracked custom field');
  expect(written('sla-due-5m')).toContain('from what stands open now');
  expect(written('concurrency-per-agent')).toContain('unknown: not computed yet; it will need');
  expect(written('channel-performance')).toContain(
    'a view: it has no number of its own; it shows conversation-volume, first-response-time, average-resolution-time and csat by channel',
  );
  expect(() => metrics('first-respons-time', {})).toThrow(
    'There is no metric "first-respons-time" - did you mean "first-response-time"?',
  );
});

it('CLI-13 a sheet says of a series, a view and a score over what it is told, what it needs and what to declare', () => {
  expect(written('csat')).toContain(
    [
      '  over 5m, 15m, 30m, 60m, 24h, bday, 7d, 28d, 90d; changes at each change; usually answered for by head-of-support',
      '  needs survey answers; declarations in sapwood.yaml',
      '  to be declared below workspaces of sapwood.yaml: csatScale: {min: 1, max: 5, positiveFrom: 4}',
    ].join('\n'),
  );
  expect(written('backlog')).toContain('  over now; changes');
  expect(written('sla-first')).toContain('sla_breached.first (counted among, not counted)');
  expect(written('channel-performance')).toContain('  over as theirs; ');
  const health = written('account-health-score');
  expect(health).toContain('from conversation-volume, escalation-rate, resolved (inTarget)');
  expect(health).toContain(
    'weights: volume 1, resolution 1, escalation 1, unless healthWeights of the workspace says otherwise; 2 of them must be known\n',
  );
  expect(health).toContain('  over 28d; ');
  const index = written('agent-productivity-index');
  expect(index).toContain('3 of them must be known, and n be 20');
  expect(index).toContain('to be declared below workspaces of sapwood.yaml: agentIndex: true');
  const gap = written('knowledge-gap-score');
  expect(gap).toContain('from escalation-rate, average-resolution-time, csat\n');
  expect(gap).not.toContain('cost entries');
  // Nothing of a sheet is left open.
  expect(written()).not.toMatch(/undefined|null|\[object/);
});
