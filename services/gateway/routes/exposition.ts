/** `GET /v1/metrics.prom`: values for Prometheus, by the same rules as every other read. */
import { parseSeriesKey } from '@sapwood/core/metrics';
import type { FastifyInstance } from 'fastify';
import { OPENMETRICS_TYPE, openMetricsText } from '../exposition.ts';
import type { Context } from './context.ts';
import { authorize, sendError } from './context.ts';
import {
  askedBy,
  honestFor,
  type MetricQuery,
  namesIn,
  sendBadWindow,
  sourceNow,
  viewNow,
} from './rest.ts';

export function registerExposition(server: FastifyInstance, context: Context): void {
  server.get<{ Querystring: MetricQuery }>('/v1/metrics.prom', (request, reply) => {
    const principal = authorize(context, request, reply);
    if (!principal) return reply;
    const asked = askedBy(request.query);
    if (!asked) return sendBadWindow(reply);
    const { at, by } = request.query;
    if (at !== undefined) {
      return sendError(reply, 400, 'no_at', 'What is scraped is of now: leave `at` out.');
    }
    const view = viewNow(context, principal.workspace, reply);
    if (!view) return reply;
    const source = sourceNow(view, context.clock.now());
    const reading = { view, values: view.values, source };
    const keys = [...view.values.keys()].filter((key) => isAsked(key, by)).sort();
    const values = keys.flatMap((key) => honestFor(reading, principal, key, asked) ?? []);
    const { currency } = context;
    const { asOf, watermark } = source;
    const text = openMetricsText({ values, currency, asOf, watermark });
    return reply.header('content-type', OPENMETRICS_TYPE).send(text);
  });
}

/** The metric itself, or its rows by the same dimensions: of both a sum would count twice. */
function isAsked(key: string, by: string | undefined): boolean {
  const dims = Object.keys(parseSeriesKey(key)?.dims ?? {});
  return dims.join() === (by === undefined ? '' : namesIn(by));
}
