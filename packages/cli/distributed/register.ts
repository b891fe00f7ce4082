/**
 * Uploads the schemas to a registry that a company has already, keeping the ids: they stand in the
 * frame of every record. Any registry that speaks the usual REST interface and can import will do.
 */
import { SCHEMAS, type SchemaVersion } from '@sapwood/contracts/schemas';
import { TOPICS } from '@sapwood/contracts/topics';
import { canonicalJson } from '@sapwood/core/num';

export interface RegistryDeps {
  /** Without a slash at its end. */
  readonly url: string;
  /** `Basic …` or `Bearer …`; null for none. */
  readonly authorization: string | null;
  readonly fetch: typeof fetch;
}

export interface Registered {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  readonly how: 'uploaded' | 'there';
}

/** What the registry said that no retry mends. */
export class RegistryError extends Error {}

const CALL_MS_MAX = 10_000;

/** Subject and version of every schema of every topic, in the order in which they must go. */
function wanted(): { readonly subject: string; readonly schema: SchemaVersion }[] {
  return Object.values(TOPICS).flatMap((topic) =>
    SCHEMAS.filter(({ subject }) => subject === topic.schema).map((schema) => ({
      subject: `${topic.name}-value`,
      schema,
    })),
  );
}

/** Throws `RegistryError` where the registry holds something else under a name or an id of ours. */
export async function registerSchemas(deps: RegistryDeps): Promise<readonly Registered[]> {
  const done: Registered[] = [];
  for (const { subject, schema } of wanted()) {
    const how = (await isThere(deps, subject, schema)) ? 'there' : 'uploaded';
    if (how === 'uploaded') await upload(deps, subject, schema);
    done.push({ subject, version: schema.version, id: schema.id, how });
  }
  return done;
}

async function isThere(
  deps: RegistryDeps,
  subject: string,
  { id, version, document }: SchemaVersion,
): Promise<boolean> {
  const answer = await call(deps, 'GET', `/subjects/${subject}/versions/${version}`);
  if (answer.status === 404) return false;
  const found = expectOk(answer, subject) as { readonly id: number; readonly schema: string };
  const isSame = canonicalJson(JSON.parse(found.schema)) === canonicalJson(document);
  if (found.id === id && isSame) return true;
  const what = isSame ? `the id ${found.id}` : 'another schema';
  throw new RegistryError(
    `${subject} version ${version} has ${what} there, ours is id ${id}: give Sapwood a registry or a context of its own.`,
  );
}

/** Only a subject in import mode takes an id that was given elsewhere. */
async function upload(
  deps: RegistryDeps,
  subject: string,
  { id, version, document }: SchemaVersion,
): Promise<void> {
  const mode = async (name: string): Promise<void> => {
    expectOk(await call(deps, 'PUT', `/mode/${subject}?force=true`, { mode: name }), subject);
  };
  await mode('IMPORT');
  try {
    const body = { schemaType: 'AVRO', schema: JSON.stringify(document), id, version };
    expectOk(await call(deps, 'POST', `/subjects/${subject}/versions`, body), subject);
  } finally {
    await mode('READWRITE');
  }
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(
  { url, authorization, fetch }: RegistryDeps,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    signal: AbortSignal.timeout(CALL_MS_MAX),
    headers: {
      'content-type': 'application/vnd.schemaregistry.v1+json',
      ...(authorization === null ? {} : { authorization }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  try {
    return { status: answer.status, body: JSON.parse(text) };
  } catch {
    return { status: answer.status, body: { message: text.slice(0, 200) } };
  }
}

function expectOk({ status, body }: Answer, subject: string): unknown {
  if (status >= 200 && status < 300) return body;
  const { message = '' } = (body ?? {}) as { message?: string };
  throw new RegistryError(`${subject}: the registry answered ${status} ${message}`.trimEnd());
}
