/**
 * The published schemas by the read side of the Schema Registry's REST API, so that tools which know
 * that API can read our topics. Subjects are `<topic>-value`, the naming those tools expect; the
 * repository stays the registry (decision 0006), so nothing can be written here.
 */
import { SCHEMAS, type SchemaVersion } from '@sapwood/contracts/schemas';
import { TOPICS } from '@sapwood/contracts/topics';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from './context.ts';
import { authorize } from './context.ts';

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';
const VERSION_MAX = 2 ** 31 - 1;

/** The text is made once: every answer of a version is the same bytes. */
interface Published {
  readonly id: number;
  readonly version: number;
  readonly schema: string;
}

function published({ id, version, document }: SchemaVersion): Published {
  return { id, version, schema: JSON.stringify(document) };
}

/** Versions by subject, the newest last; topics that share a schema share its ids. */
const SUBJECTS: ReadonlyMap<string, readonly Published[]> = new Map(
  Object.values(TOPICS)
    .map(({ name, schema }): [string, Published[]] => [
      `${name}-value`,
      SCHEMAS.filter(({ subject }) => subject === schema).map(published),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);
const SCHEMA_BY_ID: ReadonlyMap<number, string> = new Map(
  SCHEMAS.map(published).map(({ id, schema }) => [id, schema]),
);

/** What the API answers instead: its status is the first three digits of its code. */
class Refusal {
  readonly code: number;
  readonly message: string;
  constructor(code: number, message: string) {
    this.code = code;
    this.message = message;
  }
}

function schemaById(id: string): object {
  // Java integers: what is none is no address there.
  if (!/^-?\d{1,10}$/.test(id)) return new Refusal(404, 'HTTP 404 Not Found');
  const schema = SCHEMA_BY_ID.get(Number(id));
  return schema === undefined ? new Refusal(40403, `Schema ${id} not found`) : { schema };
}

function versionsOf(subject: string): readonly Published[] | Refusal {
  return SUBJECTS.get(subject) ?? new Refusal(40401, `Subject '${subject}' not found.`);
}

function versionOf(subject: string, version: string): object {
  const known = versionsOf(subject);
  if (known instanceof Refusal) return known;
  const isNumber = /^\d{1,10}$/.test(version) && Number(version) >= 1;
  // -1 is an older way to say `latest`.
  const isLatest = version === 'latest' || version === '-1';
  if (!isLatest && !(isNumber && Number(version) <= VERSION_MAX)) {
    const allowed = 'Allowed values are between [1, 2^31-1] and the string "latest"';
    return new Refusal(
      42202,
      `The specified version '${version}' is not a valid version id. ${allowed}`,
    );
  }
  const found = isLatest ? known.at(-1) : known.find((one) => one.version === Number(version));
  return found ? { subject, ...found } : new Refusal(40402, `Version ${version} not found.`);
}

function send(reply: FastifyReply, answer: object): FastifyReply {
  const isRefusal = answer instanceof Refusal;
  const body = isRefusal ? { error_code: answer.code, message: answer.message } : answer;
  // As bytes: to a text Fastify would add a charset, which this media type does not have.
  return reply
    .code(isRefusal ? Number(String(answer.code).slice(0, 3)) : 200)
    .header('content-type', CONTENT_TYPE)
    .send(Buffer.from(JSON.stringify(body)));
}

interface Params {
  readonly id: string;
  readonly subject: string;
  readonly version: string;
}

/** Under `/registry`, for whoever may read values at all. */
export function registerRegistry(server: FastifyInstance, context: Context): void {
  const get = (path: string, answer: (params: Params) => object): void => {
    server.get(
      `/registry${path}`,
      (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply) =>
        authorize(context, request, reply) ? send(reply, answer(request.params)) : reply,
    );
  };
  get('/subjects', () => [...SUBJECTS.keys()]);
  get('/subjects/:subject/versions', ({ subject }) => {
    const known = versionsOf(subject);
    return known instanceof Refusal ? known : known.map(({ version }) => version);
  });
  get('/subjects/:subject/versions/:version', (params) =>
    versionOf(params.subject, params.version),
  );
  get('/schemas/ids/:id', ({ id }) => schemaById(id));
}
