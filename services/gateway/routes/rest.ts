/** Values, tree and alerts over HTTP: the shapes of PROTOCOL.md 6. */
import type { Clock, Series, WindowCode } from '@sapwood/core/metrics';
import { CLOCKS, parseSeriesKey, rowsName, WINDOW_CODES } from '@sapwood/core/metrics';
import { targetOf } from '@sapwood/core/tree-segments';
import type { HonestValue, SourceState } from '@sapwood/protocol/honest';
import { cellOf, honestValue, sourceState } from '@sapwood/protocol/honest';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Principal } from '../access.ts';
import { alertFor, audienceOf, nodeOf, seesKey, seriesFor, treeFor } from '../audience.ts';
import { unknownValue } from '../unknown.ts';
import type { WorkspaceView } from '../view.ts';
import type { Context } from './context.ts';
import { authorize, sendError } from './context.ts';

/** Frames come each 5 s; a reader without a clock of its own is given three of them. */
const SILENCE_MS = 15_000;
const DEFAULT_WINDOW: WindowCode = '60m';

export interface MetricQuery {
  readonly window?: string;
  readonly clock?: string;
  readonly at?: string;
  readonly by?: string;
}

/** Dimensions as rows name them: in order. */
export const namesIn = (by: string): string => by.split(',').toSorted().join(',');

/** Which cell of a series; left out, the clock is that of the headline. */
export interface Asked {
  readonly window: WindowCode;
  readonly clock?: Clock;
}

/** Values either of now or as known at an instant. */
interface Reading {
  readonly view: WorkspaceView;
  readonly values: ReadonlyMap<string, Series>;
  readonly source: SourceState;
}

export function sourceNow(view: WorkspaceView, nowMs: number): SourceState {
  const frameAgeMs = view.frame ? Math.max(0, nowMs - view.frameAt) : null;
  return sourceState({ frame: view.frame, frameAgeMs }, SILENCE_MS);
}

/** null: the viewer may not see it, or it has no such window. */
export function honestFor(
  reading: Reading,
  principal: Principal,
  key: string,
  { window, clock }: Asked,
): HonestValue | null {
  const stored = reading.values.get(key);
  const series = stored && seriesFor(reading.view, principal.audience, stored);
  const cell = series && cellOf(series, window, clock);
  if (!cell) return null;
  const { id } = parseSeriesKey(key)!;
  const target = targetOf(nodeOf(reading.view, id), key);
  const audience = audienceOf(reading.view, id)!;
  return honestValue({ series, cell, target, audience, source: reading.source });
}

/** Windows of the first of these series that the viewer may see; null: there is none. */
function windowsFor(
  { values, view }: Reading,
  { audience }: Principal,
  ...keys: readonly string[]
): ReadonlySet<WindowCode> | null {
  for (const key of keys) {
    const stored = values.get(key);
    const series = stored && seriesFor(view, audience, stored);
    if (series) return new Set(series.cells.map(({ window }) => window));
  }
  return null;
}

/** Rows of a metric by what a query names, in order. */
function rowsOf({ values }: Reading, key: string, by: string | undefined): string[] {
  if (by === undefined) return [];
  const rows = `${key}{${namesIn(by)}`;
  return [...values.keys()].filter((one) => rowsName(one) === rows).sort();
}

/** Where nobody named a window and it is not told over the usual one: its own shortest. */
function ownWindow(windows: ReadonlySet<WindowCode> | null, asked: Asked): Asked {
  if (!windows || windows.has(asked.window)) return asked;
  const shortest = WINDOW_CODES.find((code) => windows.has(code));
  return shortest ? { ...asked, window: shortest } : asked;
}

function parseInstant(text: string): number | null {
  const at = /^\d{10,15}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isSafeInteger(at) ? at : null;
}

const CATCHING_UP = 'Nothing can be told yet: what is there is still being read.';

/** The values of now, or null after a refusal: a gateway that has just started knows the past alone. */
export function viewNow(
  context: Context,
  workspace: string,
  reply: FastifyReply,
): WorkspaceView | null {
  const view = context.feed.view(workspace);
  if (view.replayed) return view;
  reply.header('retry-after', '1');
  sendError(reply, 503, 'catching_up', CATCHING_UP);
  return null;
}

/** The reading that a query asks for, or null after a refusal was sent. */
async function readingOf(
  context: Context,
  principal: Principal,
  at: string | undefined,
  reply: FastifyReply,
): Promise<Reading | null> {
  const now = context.clock.now();
  if (at === undefined) {
    const view = viewNow(context, principal.workspace, reply);
    return view && { view, values: view.values, source: sourceNow(view, now) };
  }
  const instant = parseInstant(at);
  if (instant === null || instant > now) {
    sendError(reply, 400, 'bad_at', '`at` must be a past instant, ISO 8601 or epoch milliseconds.');
    return null;
  }
  const values = (await context.asOf?.(principal.workspace, instant)) ?? 'none';
  if (values === 'none') {
    sendError(reply, 501, 'no_as_of', 'This gateway cannot look back.');
    return null;
  }
  if (values === 'busy') {
    reply.header('retry-after', '5');
    sendError(reply, 503, 'busy', 'Another look back is running; try again shortly.');
    return null;
  }
  const view = context.feed.view(principal.workspace);
  const source = { state: null, reasons: [], asOf: instant, watermark: null, lagMs: null };
  return { view, values, source };
}

/** null: there is no such window or clock. */
export function askedBy(query: MetricQuery): Asked | null {
  const clock = CLOCKS.find((one) => one === query.clock);
  const window = WINDOW_CODES.find((code) => code === (query.window ?? DEFAULT_WINDOW));
  if (!window || (query.clock !== undefined && !clock)) return null;
  return { window, ...(clock ? { clock } : {}) };
}

export const sendBadWindow = (reply: FastifyReply): FastifyReply =>
  sendError(
    reply,
    400,
    'bad_window',
    `Windows are ${WINDOW_CODES.join(', ')}; clocks are wall and business.`,
  );

function registerMetric(server: FastifyInstance, context: Context): void {
  server.get<{ Params: { key: string }; Querystring: MetricQuery }>(
    '/v1/metrics/:key',
    async (request, reply) => {
      const principal = authorize(context, request, reply);
      if (!principal) return reply;
      const asked = askedBy(request.query);
      if (!asked) return sendBadWindow(reply);
      const reading = await readingOf(context, principal, request.query.at, reply);
      if (!reading) return reply;
      const { key } = request.params;
      if (reading.values.size === 0) {
        return sendError(
          reply,
          503,
          'catching_up',
          'Nothing is published yet: the log is still being folded.',
        );
      }
      const rows = rowsOf(reading, key, request.query.by);
      const windows = windowsFor(reading, principal, key, ...rows);
      const own = request.query.window === undefined ? ownWindow(windows, asked) : asked;
      const value = honestFor(reading, principal, key, own);
      if (!value && windows && !windows.has(own.window)) {
        const codes = [...windows].join(', ');
        return sendError(reply, 400, 'bad_window', `This series is told over ${codes}.`);
      }
      if (request.query.by !== undefined && windows) {
        return { values: rows.flatMap((row) => honestFor(reading, principal, row, own) ?? []) };
      }
      // Hidden and missing look alike: a refusal would say that it exists.
      return (
        value ??
        unknownValue(reading.view, principal.audience, key) ??
        sendError(reply, 404, 'unknown_key', 'There is no such series.')
      );
    },
  );
}

function registerTree(server: FastifyInstance, context: Context): void {
  server.get<{ Querystring: MetricQuery }>('/v1/tree', async (request, reply) => {
    const principal = authorize(context, request, reply);
    if (!principal) return reply;
    const asked = askedBy(request.query);
    if (!asked) return sendError(reply, 400, 'bad_window', 'There is no such window.');
    const reading = await readingOf(context, principal, request.query.at, reply);
    if (!reading) return reply;
    const { view, source } = reading;
    const keys = [...reading.values.keys()].sort();
    return {
      tree: treeFor(view, principal.audience),
      values: keys.flatMap((key) => honestFor(reading, principal, key, asked) ?? []),
      labels: Object.fromEntries(view.labels),
      currency: context.currency,
      asOf: source.asOf,
      watermark: source.watermark,
      lagMs: source.lagMs,
    };
  });
}

export function registerRest(server: FastifyInstance, context: Context): void {
  registerMetric(server, context);
  registerTree(server, context);
  server.get('/v1/alerts', async (request, reply) => {
    const principal = authorize(context, request, reply);
    if (!principal) return reply;
    const view = viewNow(context, principal.workspace, reply);
    if (!view) return reply;
    const alerts = [...view.alerts.values()]
      .flatMap((alert) => alertFor(view, principal.audience, alert) ?? [])
      .filter((alert) => seesKey(view, principal.audience, alert.series))
      .sort((a, b) => a.since - b.since || (a.alertId < b.alertId ? -1 : 1));
    return { alerts, epoch: context.epoch, seq: view.alertSeq };
  });
}
