/** The dependency rules R1 to R11 of the style guide, and some of our own, over import statements. */
import type { Import, Source } from './source.ts';

export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly detail: string;
}

/** What a rule may ask about the repository as a whole. */
export interface World {
  readonly sources: readonly Source[];
  /** By package name: its folder and its `exports` keys. */
  readonly packages: ReadonlyMap<string, { folder: string; exports: readonly string[] }>;
}

type Rule = (source: Source, world: World) => readonly string[];

const isTest = (path: string): boolean =>
  path.startsWith('tests/') ||
  /\.(test|property\.test|fixture|suite|harness|child)\.ts$/.test(path);
const isService = (path: string): boolean => path.startsWith('services/');
const under = (path: string, ...folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
const isNpm = ({ specifier, target }: Import): boolean =>
  target === null && !specifier.startsWith('node:') && !specifier.startsWith('@sapwood/');
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
/** `core`, `runtime`, `gateway` … of `@sapwood/<name>/…`; null for another specifier. */
const sapwoodName = (specifier: string): string | null =>
  specifier.startsWith('@sapwood/') ? specifier.split('/')[1]! : null;

// Columns of the drawing in the style guide: each imports only what stands to its left.
const CORE_COLUMNS: readonly (readonly string[])[] = [
  ['time', 'num'],
  [
    'facts',
    'samples.ts',
    'fold-contract.ts',
    'tree/tree.ts',
    'tree/dimensions.ts',
    'metrics/value.ts',
    'metrics/explanation.ts',
  ], // shapes
  ['directory'],
  ['conversation'],
  ['panes', 'cost'],
  ['metrics'],
  ['tree'],
  ['fold', 'fold.ts'],
];
const DETECTION_MAY_IMPORT = ['time', 'num', 'tree', 'samples.ts', 'detection'];
const IMPURE =
  /^(Date|process|performance|crypto|fetch|console|Intl|globalThis|setTimeout|setInterval|setImmediate|queueMicrotask)(\.|$)/;
const ENGINE_MATH =
  /^Math\.(random|log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|atan2|tanh|sinh|cosh|cbrt|hypot)$|^\*\*$/;

const r1: Rule = ({ path, imports, globals }) => {
  if (!under(path, 'packages/core') || isTest(path)) return [];
  const foreign = imports
    .filter(({ target }) => target === null || !under(target, 'packages/core'))
    .map(({ specifier }) => `core imports nothing, but ${specifier}`);
  const impure = [...globals]
    .filter((name) => IMPURE.test(name) || ENGINE_MATH.test(name))
    .map((name) => `core is pure, but uses ${name}`);
  const wrongWay = imports
    .filter(({ target }) => target !== null && !mayImportInCore(path, target))
    .map(({ specifier }) => `core imports only to the left, but ${specifier}`);
  return [...foreign, ...impure, ...wrongWay];
};

function columnOf(corePath: string): number {
  const exact = CORE_COLUMNS.findIndex((names) => names.includes(corePath));
  if (exact >= 0) return exact;
  return CORE_COLUMNS.findIndex((names) => names.includes(corePath.split('/')[0]!));
}

function mayImportInCore(path: string, target: string): boolean {
  const from = path.slice('packages/core/'.length);
  const to = target.slice('packages/core/'.length);
  // The shape of the configuration is a document that both folds read.
  if (to === 'directory/config.ts' || from === 'detect-fold.ts') return true;
  if (under(from, 'detection')) return DETECTION_MAY_IMPORT.some((name) => under(to, name));
  if (under(to, 'detection') || to === 'detect-fold.ts') return false;
  return columnOf(to) <= columnOf(from);
}

const r2: Rule = ({ path, imports }) => {
  if (!under(path, 'packages/protocol', 'packages/client') || isTest(path)) return [];
  const allowed = new Set(['zod', 'partysocket']);
  return imports
    .filter((i) => {
      const name = sapwoodName(i.specifier);
      if (name !== null) return !['core', 'protocol', 'client'].includes(name);
      return i.specifier.startsWith('node:') || (isNpm(i) && !allowed.has(packageOf(i.specifier)));
    })
    .map(({ specifier }) => `a browser loads this, but it imports ${specifier}`);
};

const r3: Rule = ({ path, imports }) => {
  const isContracts = under(path, 'packages/contracts');
  if ((!isContracts && !under(path, 'packages/pylon')) || isTest(path)) return [];
  const npm = new Set(isContracts ? ['avsc', 'yaml'] : ['secure-json-parse', 'zod']);
  const sapwood = isContracts ? ['core', 'contracts'] : ['core', 'contracts', 'pylon'];
  const ports = new Set(['@sapwood/runtime/ports', '@sapwood/runtime/telemetry']);
  return imports
    .filter((i) => {
      if (!isContracts && ports.has(i.specifier)) return false;
      const name = sapwoodName(i.specifier);
      return name !== null ? !sapwood.includes(name) : isNpm(i) && !npm.has(packageOf(i.specifier));
    })
    .map(({ specifier }) => `imports ${specifier}`);
};

const ADAPTERS = ['kafka', 'redis', 'sqlite', 'simulated'];
const adapterOf = (path: string): string | null =>
  ADAPTERS.find((name) => under(path, `packages/runtime/${name}`)) ?? null;

const r4: Rule = ({ path, imports }) => {
  if (!under(path, 'packages/runtime') || isTest(path)) return [];
  const own = adapterOf(path);
  return imports
    .filter(({ specifier, target }) => {
      const name = sapwoodName(specifier);
      if (name !== null) return !['core', 'contracts', 'runtime'].includes(name);
      const adapter = target === null ? null : adapterOf(target);
      return adapter !== null && adapter !== own;
    })
    .map(({ specifier }) =>
      own ? `an adapter imports ${specifier}` : `runtime above the ports imports ${specifier}`,
    );
};

/** Each client library lives behind one folder. */
const LIBRARY_HOMES: readonly (readonly [library: RegExp, isHome: (path: string) => boolean])[] = [
  [/^kafkajs$/, (path) => under(path, 'packages/runtime/kafka')],
  [/^ioredis$/, (path) => under(path, 'packages/runtime/redis')],
  [/^node:sqlite$/, (path) => under(path, 'packages/runtime/sqlite')],
  [/^avsc$/, (path) => under(path, 'packages/contracts')],
  [/^(fastify|@fastify\/.*)$/, isHttpHome],
  [/^ws$/, (path) => under(path, 'services/gateway')],
  [/^pino$/, (path) => path === 'packages/service-kit/logging.ts'],
  [/^prom-client$/, (path) => path === 'packages/service-kit/metrics.ts'],
];

function isHttpHome(path: string): boolean {
  if (under(path, 'packages/simulator')) return true;
  if (path === 'packages/service-kit/http.ts') return true;
  return isService(path) && (path.endsWith('/app.ts') || path.includes('/routes/'));
}

const isRoot = (path: string): boolean => path.endsWith('/main.ts') || under(path, 'packages/cli');

const r5: Rule = ({ path, imports }) => {
  if (isTest(path) || isRoot(path)) return [];
  return imports
    .filter(({ specifier, typeOnly }) => {
      const home = LIBRARY_HOMES.find(([library]) => library.test(specifier));
      if (home === undefined || home[1](path)) return false;
      // The server's type is what a composition root hands to the parts.
      return !(typeOnly && specifier === 'fastify');
    })
    .map(({ specifier }) => `${specifier} has another home`);
};

const r6: Rule = ({ path, imports, globals }) => {
  const isStep =
    isService(path) && (/\/(steps|routes)\//.test(path) || path.endsWith('/pipeline.ts'));
  if (!isStep || isTest(path)) return [];
  const found = imports
    .filter(({ specifier, typeOnly }) => {
      if (/^@sapwood\/runtime\/(kafka|redis|sqlite|simulated)/.test(specifier)) return true;
      return !typeOnly && /^@sapwood\/service-kit\/(config|logging)|^pino$/.test(specifier);
    })
    .map(({ specifier }) => `a step gets it through its deps, but imports ${specifier}`);
  return globals.has('process.env') ? [...found, 'a step reads process.env'] : found;
};

const r7: Rule = ({ path, imports }) => {
  if (path.endsWith('.mjs') || isTest(path)) return [];
  return imports
    .filter(({ specifier }) => /(^|\/)main(\.ts)?$/.test(specifier))
    .map(({ specifier }) => `imports a composition root, ${specifier}`);
};

const r8: Rule = ({ path, imports }, { packages }) => {
  if (!isService(path) || isTest(path)) return [];
  const own = path.split('/')[1]!;
  return imports
    .filter(({ specifier, target }) => {
      if (target !== null) return isService(target) && target.split('/')[1] !== own;
      const folder = packages.get(packageOf(specifier))?.folder ?? '';
      return isService(folder) && folder !== `services/${own}`;
    })
    .map(({ specifier }) => `a service imports another, ${specifier}`);
};

const r9: Rule = ({ path, imports }) => {
  if (isTest(path) || under(path, 'packages/cli', 'packages/simulator')) return [];
  return imports
    .filter(({ specifier, target }) => {
      if (sapwoodName(specifier) === 'simulator') return true;
      return target !== null && isTest(target);
    })
    .map(({ specifier }) => `production code imports ${specifier}`);
};

const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');

const r10: Rule = (source, world) => {
  const deep = source.imports.flatMap((i) => {
    if (i.target !== null) {
      const leaves = !isTest(source.path) && folderOf(i.target) !== folderOf(source.path);
      return leaves ? [`reaches past the package's exports, ${i.specifier}`] : [];
    }
    const known = world.packages.get(packageOf(i.specifier));
    const subpath = `.${i.specifier.slice(packageOf(i.specifier).length)}`;
    if (known === undefined || isExported(subpath, known.exports)) return [];
    return [`${i.specifier} is not exported`];
  });
  return [...deep, ...chains(source, world), ...cycles(source, world)];
};

function isExported(subpath: string, exports: readonly string[]): boolean {
  return exports.some((key) => {
    const star = key.indexOf('*');
    return star < 0 ? key === subpath : subpath.startsWith(key.slice(0, star));
  });
}

/** A re-export of what is itself only re-exported. */
function chains(source: Source, { sources }: World): string[] {
  return source.imports
    .filter(({ reExport, target }) => {
      const next = reExport ? sources.find(({ path }) => path === target) : undefined;
      return next?.imports.some((i) => i.reExport && i.target !== null);
    })
    .map(({ specifier }) => `re-exports a re-export, ${specifier}`);
}

/** Told once, at the first file of the cycle by name. Types alone make no cycle at run time. */
function cycles(source: Source, { sources }: World): string[] {
  const byPath = new Map(sources.map((s) => [s.path, s]));
  const seen = new Set<string>();
  const queue: (readonly string[])[] = [[source.path]];
  for (let trail = queue.shift(); trail !== undefined; trail = queue.shift()) {
    for (const { target, typeOnly } of byPath.get(trail.at(-1)!)?.imports ?? []) {
      if (target === source.path && !typeOnly) {
        const isFirst = trail.every((path) => path >= source.path);
        return isFirst ? [`a cycle: ${[...trail, target].join(' -> ')}`] : [];
      }
      if (target === null || typeOnly || seen.has(target)) continue;
      seen.add(target);
      queue.push([...trail, target]);
    }
  }
  return [];
}

const ORACLE_MAY_IMPORT =
  /^@sapwood\/(contracts\/|core\/(facts|catalogue|metrics|time|num|config|tree|event)$)/;

const r11: Rule = ({ path, imports }) => {
  const isOracle = under(path, 'packages/oracle');
  if (isTest(path)) return [];
  if (isOracle) {
    return imports
      .filter(({ specifier, target }) => target === null && !ORACLE_MAY_IMPORT.test(specifier))
      .map(({ specifier }) => `the oracle shares no code with what it judges, but ${specifier}`);
  }
  const mayUse = under(path, 'packages/cli') && path.includes('verify');
  return imports
    .filter(({ specifier }) => !mayUse && sapwoodName(specifier) === 'oracle')
    .map(({ specifier }) => `only verify and tests import ${specifier}`);
};

/** Point 9: time, chance and time-outs come through the clock and the generator of the ports. */
const CLOCK_EXEMPT: readonly string[] = [
  'packages/runtime/clock', // the adapter itself
  'packages/runtime/kafka/patches.ts', // stands in for code of the library, on its clock
  'packages/client', // runs in browsers, which bring their own
  'services/wallboard',
];
const CLOCKED = /^(Date\.now|Math\.random|setTimeout|setInterval)$/;
const time: Rule = ({ path, globals }) => {
  if (isTest(path) || under(path, ...CLOCK_EXEMPT)) return [];
  return [...globals].filter((name) => CLOCKED.test(name)).map((name) => `uses ${name}`);
};

/** Point 8: the environment is read where things are composed. */
const environment: Rule = ({ path, globals }) => {
  return !isRoot(path) && !isTest(path) && globals.has('process.env') ? ['reads process.env'] : [];
};

/** Of two files that import each other neither can be read first; types count, for a reader they do. */
const circle: Rule = ({ path }, { sources }) => {
  const targets = new Map(
    sources.map((one) => [one.path, one.imports.map(({ target }) => target)]),
  );
  const seen = new Set<string>();
  const isBack = (from: string): boolean =>
    (targets.get(from) ?? []).some((to) => {
      if (to === path) return true;
      if (to === null || seen.has(to)) return false;
      seen.add(to);
      return isBack(to);
    });
  return isBack(path) ? ['is imported by what it imports'] : [];
};

export const RULES: Readonly<Record<string, Rule>> = {
  R1: r1,
  R2: r2,
  R3: r3,
  R4: r4,
  R5: r5,
  R6: r6,
  R7: r7,
  R8: r8,
  R9: r9,
  R10: r10,
  R11: r11,
  time,
  environment,
  circle,
};

export function violationsIn(world: World): Violation[] {
  return Object.entries(RULES).flatMap(([rule, check]) =>
    world.sources.flatMap((source) =>
      check(source, world).map((detail) => ({ rule, path: source.path, detail })),
    ),
  );
}
