/** Which settings the environment and flags may set, and how their text becomes a value. */

export type LeafKind = 'text' | 'integer' | 'number' | 'boolean' | 'secret' | 'list';

/** `*` stands for an id that the file names. */
const LEAVES: Readonly<Record<string, LeafKind>> = {
  'http.host': 'text',
  'http.port': 'integer',
  'http.lan': 'boolean',
  'http.workspace': 'text',
  'metrics.host': 'text',
  'metrics.port': 'integer',
  data: 'text',
  'workspaces.*.currency': 'text',
  'workspaces.*.zone': 'text',
  'workspaces.*.tree': 'text',
  'workspaces.*.autoCloseAfter': 'text',
  'workspaces.*.dayStarts': 'text',
  'workspaces.*.costPlan': 'list',
  'workspaces.*.agentIndex': 'boolean',
  'sources.*.workspace': 'text',
  'sources.*.token': 'secret',
  'sources.*.tokenFile': 'text',
  'sources.*.region': 'text',
  'sources.*.baseUrl': 'text',
  'sources.*.bodies': 'text',
  'sources.*.messages': 'text',
  'sources.*.priorityField': 'text',
  'sources.*.categoryField': 'text',
  'sources.*.accountFields.tier': 'text',
  'sources.*.accountFields.arr': 'text',
  'sources.*.accountFields.parent': 'text',
  'sources.*.internalDomains': 'list',
  'costs.keys.*.workspace': 'text',
  'costs.keys.*.key': 'secret',
  'costs.keys.*.keyFile': 'text',
  'simulator.seed': 'integer',
  'simulator.scenario': 'text',
  'simulator.eventsPerSecond': 'number',
  'log.level': 'text',
  'kafka.brokers': 'list',
  'kafka.partitions': 'integer',
  'kafka.replicas': 'integer',
  'kafka.sessionMs': 'integer',
  'kafka.tls': 'boolean',
  'kafka.caFile': 'text',
  'kafka.sasl.mechanism': 'text',
  'kafka.sasl.username': 'text',
  'kafka.sasl.password': 'secret',
  'kafka.sasl.passwordFile': 'text',
  'redis.url': 'text',
  'redis.password': 'secret',
  'redis.passwordFile': 'text',
  'redis.prefix': 'text',
  aggregators: 'list',
};

export interface Leaf {
  readonly path: readonly string[];
  readonly kind: LeafKind;
  /** `SAPWOOD_HTTP_PORT`. */
  readonly variable: string;
}

/** `http.eventsPerSecond` as `SAPWOOD_HTTP_EVENTS_PER_SECOND`. */
export function variableOf(path: readonly string[]): string {
  const words = path.map((part) =>
    part
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll(/[^A-Za-z0-9]/g, '_')
      .toUpperCase(),
  );
  return `SAPWOOD_${words.join('_')}`;
}

/** Every settable path, given the ids that the file names under a section such as `costs.keys`. */
export function leavesFor(idsUnder: (section: readonly string[]) => readonly string[]): Leaf[] {
  return Object.entries(LEAVES).flatMap(([pattern, kind]) => {
    const parts = pattern.split('.');
    const star = parts.indexOf('*');
    const ids = star < 0 ? [''] : idsUnder(parts.slice(0, star));
    return ids.map((entry) => {
      const path = parts.map((part) => (part === '*' ? entry : part));
      return { path, kind, variable: variableOf(path) };
    });
  });
}

/** Two settings that one variable would set: their ids are too much alike. */
export function collisions(leaves: readonly Leaf[]): readonly (readonly [Leaf, Leaf])[] {
  const seen = new Map<string, Leaf>();
  const found: [Leaf, Leaf][] = [];
  for (const leaf of leaves) {
    const other = seen.get(leaf.variable);
    if (other) found.push([other, leaf]);
    else seen.set(leaf.variable, leaf);
  }
  return found;
}

/** Text of the environment as a value; what does not fit stays text and is refused by the schema. */
export function coerce(text: string, kind: LeafKind): string | number | boolean | string[] {
  if (kind === 'list') return text.split(',').map((part) => part.trim());
  if (kind === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  const isNumeric = kind === 'integer' || kind === 'number';
  return isNumeric && /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

const SECRET_PATHS: readonly RegExp[] = [
  /^sources\.[^.]+\.token$/,
  /^sources\.[^.]+\.hooks\.[^.]+\.schemes\.\d+\.(secrets|tokens)\.\d+$/,
  /^costs\.keys\.[^.]+\.key$/,
  /^kafka\.sasl\.password$/,
  /^redis\.password$/,
];

/** May this setting's value never be shown? */
export function isSecret(dottedPath: string): boolean {
  return SECRET_PATHS.some((pattern) => pattern.test(dottedPath));
}
