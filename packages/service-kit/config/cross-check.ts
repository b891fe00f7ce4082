/** Rules between fields, checked once each field alone is right. */
import type { SourceDocument, TypedDocument } from './document.ts';

export interface CrossProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

export function crossCheck(document: TypedDocument): CrossProblem[] {
  const sources = Object.entries(document.sources ?? {});
  return [
    ...checkListeners(document),
    ...sources.flatMap(([id, source]) => checkSource(id, source, document)),
    ...checkDestinations(document),
    ...checkCostKeys(document),
    ...checkEngine(document),
  ];
}

function checkListeners(document: TypedDocument): CrossProblem[] {
  const { http, metrics } = document;
  const problems: CrossProblem[] = [];
  if (http.workspace !== undefined) {
    problems.push(...checkWorkspace(http.workspace, ['http', 'workspace'], document));
  }
  if (!http.lan && !LOOPBACK.has(http.host)) {
    const message = 'listening beyond this machine needs "http.lan: true", which asks for a code';
    problems.push({ path: ['http', 'host'], message });
  }
  if (http.port !== 0 && http.port === metrics.port) {
    problems.push({ path: ['metrics', 'port'], message: 'is the port of "http"' });
  }
  return problems;
}

function checkWorkspace(
  workspace: string,
  path: readonly (string | number)[],
  document: TypedDocument,
): CrossProblem[] {
  if (Object.hasOwn(document.workspaces ?? {}, workspace)) return [];
  return [{ path, message: `there is no workspace "${workspace}" under "workspaces"` }];
}

function checkSource(id: string, source: SourceDocument, document: TypedDocument): CrossProblem[] {
  const path = ['sources', id];
  const problems = checkWorkspace(source.workspace, [...path, 'workspace'], document);
  if (source.token !== undefined && source.tokenFile !== undefined) {
    problems.push({
      path: [...path, 'tokenFile'],
      message: 'give "token" or "tokenFile", not both',
    });
  }
  const hasToken = source.token !== undefined || source.tokenFile !== undefined;
  if (!hasToken && Object.keys(source.hooks ?? {}).length === 0) {
    problems.push({
      path,
      message: 'needs a "token", or "hooks" that receive: nothing can arrive',
    });
  }
  if (!hasToken && source.bodies === 'hints') {
    const message = 'hints must be read, and there is no "token" to read with';
    problems.push({ path: [...path, 'bodies'], message });
  }
  if (!hasToken) problems.push(...checkUnread(path, source));
  if (source.baseUrl !== undefined && !isLoopbackUrl(source.baseUrl)) {
    const message = 'only a loopback address such as http://127.0.0.1:4010';
    problems.push({ path: [...path, 'baseUrl'], message });
  }
  return [...problems, ...checkSchemes(path, source)];
}

/** Accounts are what only REST tells. */
function checkUnread(path: readonly string[], source: SourceDocument): CrossProblem[] {
  if (source.accountFields === undefined) return [];
  const message = 'is of accounts that are read, and there is no "token" to read with';
  return [{ path: [...path, 'accountFields'], message }];
}

function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && LOOPBACK.has(url.hostname);
}

function checkSchemes(path: readonly string[], source: SourceDocument): CrossProblem[] {
  return Object.entries(source.hooks ?? {}).flatMap(([destination, { schemes }]) =>
    schemes.flatMap((scheme, i) => {
      const at = [...path, 'hooks', destination, 'schemes', i];
      const [inline, files, words] =
        scheme.kind === 'pylon-hmac'
          ? [scheme.secrets, scheme.secretFiles, '"secrets" or "secretFiles"']
          : [scheme.tokens, scheme.tokenFiles, '"tokens" or "tokenFiles"'];
      const isGiven = inline !== undefined || files !== undefined;
      return isGiven ? [] : [{ path: at, message: `needs ${words}` }];
    }),
  );
}

/** An address decides the workspace: it belongs to one source. */
function checkDestinations(document: TypedDocument): CrossProblem[] {
  const owners = new Map<string, string>();
  const problems: CrossProblem[] = [];
  for (const [id, source] of Object.entries(document.sources ?? {})) {
    for (const destination of Object.keys(source.hooks ?? {})) {
      const owner = owners.get(destination);
      const message = `source "${owner}" already receives at "${destination}"`;
      if (owner) problems.push({ path: ['sources', id, 'hooks', destination], message });
      owners.set(destination, id);
    }
  }
  return problems;
}

function checkCostKeys(document: TypedDocument): CrossProblem[] {
  return Object.entries(document.costs?.keys ?? {}).flatMap(([id, entry]) => {
    const path = ['costs', 'keys', id];
    const problems = checkWorkspace(entry.workspace, [...path, 'workspace'], document);
    const given = [entry.key, entry.keyFile].filter((value) => value !== undefined).length;
    if (given !== 1) problems.push({ path, message: 'give either "key" or "keyFile"' });
    return problems;
  });
}

/** Passwords stand in files or variables; one inside an address would be logged with it. */
function checkEngine({ kafka, redis }: TypedDocument): CrossProblem[] {
  const problems: CrossProblem[] = [];
  const url = redis === undefined ? null : URL.parse(redis.url);
  if (redis && url === null) {
    const message = 'expected an address such as redis://127.0.0.1:6379';
    problems.push({ path: ['redis', 'url'], message });
  }
  if (url && url.password !== '') {
    const message = 'has a password in it: put it into "passwordFile", addresses are shown';
    problems.push({ path: ['redis', 'url'], message });
  }
  if (redis?.password !== undefined && redis.passwordFile !== undefined) {
    const message = 'give "password" or "passwordFile", not both';
    problems.push({ path: ['redis', 'passwordFile'], message });
  }
  const sasl = kafka?.sasl;
  const given = [sasl?.password, sasl?.passwordFile].filter((value) => value !== undefined).length;
  if (sasl && given !== 1) {
    const message = 'give either "password" or "passwordFile"';
    problems.push({ path: ['kafka', 'sasl'], message });
  }
  return problems;
}
