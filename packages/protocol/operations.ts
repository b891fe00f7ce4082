/** Every request that a gateway answers, as the published description tells it; tests compare it with the routes. */
import { CLOCKS, WINDOW_CODES } from '@sapwood/core/metrics';
import type { RestSchema } from './rest-schemas.ts';

export interface Parameter {
  readonly in: 'path' | 'query';
  readonly name: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  /** As fastify has it, `:name` for a part. */
  readonly path: string;
  readonly tag: 'values' | 'live' | 'screens' | 'schemas' | 'health' | 'pages';
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: RestSchema;
  /** By status; several: one of them; a media type where it is no JSON of ours; null: nothing. */
  readonly answers: Readonly<
    Record<number, readonly RestSchema[] | { readonly type: string } | null>
  >;
  readonly errors: readonly number[];
}

const text = { type: 'string' } as const;
const KEY: Parameter = {
  ...{ in: 'path', name: 'key' },
  description:
    'An id, or a row of it as `id{dimension=value}`: names sorted, values percent-encoded. Ids: the schema `Metric`.',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};
const WINDOW: Parameter = {
  ...{ in: 'query', name: 'window' },
  description: 'Which window, 60 minutes if left out; a gauge has one value, of now.',
  schema: { enum: WINDOW_CODES },
};
const CLOCK: Parameter = {
  ...{ in: 'query', name: 'clock' },
  description: 'Left out: `business` where a schedule is declared, else `wall`.',
  schema: { enum: CLOCKS },
};
const AT: Parameter = {
  ...{ in: 'query', name: 'at' },
  description: 'As known then: ISO 8601 or epoch ms, not of the future.',
  schema: text,
};
const BY: Parameter = {
  ...{ in: 'query', name: 'by' },
  description:
    'A dimension: its rows instead of the value. Several with commas: rows by all of them at once.',
  schema: text,
};
const inPath = (name: string, description: string): Parameter => ({
  ...{ in: 'path', name, description, schema: text },
});
const inQuery = (name: string, description: string): Parameter => ({
  ...{ in: 'query', name, description, schema: text },
});
const SUBJECT: Parameter = inPath('subject', 'A topic and `-value`.');
const HTML = { type: 'text/html' } as const;
const page = (path: string, summary: string): Operation => ({
  ...{ method: 'get', path, tag: 'pages', summary, answers: { 200: HTML }, errors: [503] },
});

/** Who may not ask: a page of another origin, another machine, a screen that is not paired. */
const CLOSED = [401, 403] as const;

export const OPERATIONS: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/v1/metrics/:key', tag: 'values' },
    summary:
      'One value with its state; with `by` its rows. What nothing computes is told as unknown.',
    parameters: [KEY, WINDOW, CLOCK, AT, BY],
    answers: { 200: ['HonestValue', 'UnknownValue', 'Values'] },
    errors: [400, ...CLOSED, 404, 501, 503],
  },
  {
    ...{ method: 'get', path: '/v1/metrics/:key/explain', tag: 'values' },
    summary: 'What a value is made of, page by page.',
    parameters: [
      ...[KEY, WINDOW, CLOCK],
      inQuery('limit', 'Parts on a page, 1 to 1,000; 100 if left out.'),
      inQuery('after', 'The `next` of the page before.'),
    ],
    answers: { 200: ['ExplainedValue'] },
    errors: [400, ...CLOSED, 404, 501, 503],
  },
  {
    ...{ method: 'get', path: '/v1/tree', tag: 'values' },
    summary: 'The tree and every value that one may see.',
    parameters: [WINDOW, CLOCK, AT],
    answers: { 200: ['Tree'] },
    errors: [400, ...CLOSED, 501, 503],
  },
  {
    ...{ method: 'get', path: '/v1/metrics.prom', tag: 'values' },
    summary: 'Values as OpenMetrics, in base units; what is not known now is left out.',
    parameters: [WINDOW, CLOCK, BY],
    answers: { 200: { type: 'application/openmetrics-text' } },
    errors: [400, ...CLOSED, 503],
  },
  {
    ...{ method: 'get', path: '/v1/alerts', tag: 'values' },
    summary: 'Alerts that have not ended, oldest first.',
    answers: { 200: ['Alerts'] },
    errors: [...CLOSED, 503],
  },
  {
    ...{ method: 'get', path: '/v1/openapi.json', tag: 'schemas' },
    summary: 'This description.',
    answers: { 200: { type: 'application/json' } },
    errors: [...CLOSED],
  },
  {
    ...{ method: 'get', path: '/v1/stream', tag: 'live' },
    summary: 'Values and alerts as server-sent events; `Last-Event-ID` resumes.',
    parameters: [inQuery('keys', 'Subscriptions, parted by `;`; all if left out.')],
    answers: { 200: { type: 'text/event-stream' } },
    errors: [...CLOSED, 503],
  },
  {
    ...{ method: 'get', path: '/v1/ws', tag: 'live' },
    summary: 'The same by websocket, subprotocol `sapwood.v1`: PROTOCOL.md.',
    answers: { 101: null },
    errors: [400, ...CLOSED, 404, 503],
  },
  {
    ...{ method: 'post', path: '/v1/ws-tickets', tag: 'live' },
    summary: 'A ticket for one websocket, offered as subprotocol `ticket.<text>`.',
    answers: { 200: ['Ticket'] },
    errors: [...CLOSED, 503],
  },
  {
    ...{ method: 'post', path: '/v1/pair', tag: 'screens' },
    summary: 'A screen of the network enters the code that the terminal shows, and gets a cookie.',
    body: 'Pairing',
    answers: { 204: null },
    errors: [400, ...CLOSED, 404, 409, 429],
  },
  {
    ...{ method: 'get', path: '/v1/screens', tag: 'screens' },
    summary: 'Paired screens. From the machine itself.',
    answers: { 200: ['Screens'] },
    errors: [...CLOSED],
  },
  {
    ...{ method: 'delete', path: '/v1/screens/:id', tag: 'screens' },
    summary: 'Unpairs a screen, which goes dark. From the machine itself.',
    parameters: [inPath('id', 'Of a paired screen.')],
    answers: { 204: null },
    errors: [...CLOSED, 404],
  },
  {
    ...{ method: 'post', path: '/v1/notices', tag: 'screens' },
    summary: 'One line on every screen, for an hour if nothing is said. From the machine itself.',
    body: 'NewNotice',
    answers: { 200: ['Notice'] },
    errors: [400, ...CLOSED],
  },
  {
    ...{ method: 'delete', path: '/v1/notices', tag: 'screens' },
    summary: 'Takes it down. From the machine itself.',
    answers: { 204: null },
    errors: [...CLOSED],
  },
  {
    ...{ method: 'get', path: '/registry/subjects', tag: 'schemas' },
    summary: 'Topics with a published schema, as a Schema Registry tells them.',
    answers: { 200: ['Subjects'] },
    errors: [...CLOSED],
  },
  {
    ...{ method: 'get', path: '/registry/subjects/:subject/versions', tag: 'schemas' },
    summary: 'Versions of one.',
    parameters: [SUBJECT],
    answers: { 200: ['Versions'], 404: ['RegistryError'] },
    errors: [...CLOSED],
  },
  {
    ...{ method: 'get', path: '/registry/subjects/:subject/versions/:version', tag: 'schemas' },
    summary: 'One version; `latest` is one, too.',
    parameters: [SUBJECT, inPath('version', 'A number, or `latest`.')],
    answers: { 200: ['Subject'], 404: ['RegistryError'], 422: ['RegistryError'] },
    errors: [...CLOSED],
  },
  {
    ...{ method: 'get', path: '/registry/schemas/ids/:id', tag: 'schemas' },
    summary: 'The schema that a record names by its id.',
    parameters: [inPath('id', 'As in bytes 1 to 4 of a record.')],
    answers: { 200: ['Schema'], 404: ['RegistryError'] },
    errors: [...CLOSED],
  },
  {
    ...{ method: 'get', path: '/healthz', tag: 'health' },
    summary: 'The process runs.',
    answers: { 200: ['Health'] },
    errors: [],
  },
  {
    ...{ method: 'get', path: '/readyz', tag: 'health' },
    summary: 'The current values were read and can be shown.',
    answers: { 200: ['Health'], 503: ['Health'] },
    errors: [],
  },
  page('/', 'The wallboard.'),
  page('/wall', 'The wallboard.'),
  page('/desk', 'The desk.'),
];
