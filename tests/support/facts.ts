/** Builders of facts for tests: a small language in which a conversation reads like its story. */
import type {
  AuthorKind,
  CorrectionKind,
  CostEntry,
  Fact,
  FactBodies,
  IssueObserved,
  Origin,
  Via,
} from '@sapwood/core/facts';

export const WORKSPACE = 'acme';

let serial = 0;

interface Stamp {
  /** Instant the log took it; default: the fact's own instant. */
  readonly recordedAt?: number;
  /** Default: the fact's own instant. */
  readonly observedAt?: number;
  readonly via?: Via;
  readonly origin?: Origin;
  readonly workspace?: string;
}

function envelope(entity: string, at: number, stamp: Stamp): Omit<Fact, 'kind' | 'body'> {
  serial += 1;
  return {
    v: 1,
    workspace: stamp.workspace ?? WORKSPACE,
    factId: serial.toString(16).padStart(32, '0'),
    entity,
    at: null,
    observedAt: stamp.observedAt ?? at,
    recordedAt: stamp.recordedAt ?? at,
    origin: stamp.origin ?? 'webhook',
    via: stamp.via ?? 'rest',
    srcs: [],
    readAfter: null,
    group: null,
  } as Omit<Fact, 'kind' | 'body'>;
}

/** The issue as it looked at `at`. */
export function issue(entity: string, at: number, seen: IssueObserved, stamp: Stamp = {}): Fact {
  const base = envelope(entity, at, stamp);
  return { ...base, kind: 'issue.observed', body: { updatedAt: at, ...seen } } as Fact;
}

export function message(
  entity: string,
  at: number,
  author: AuthorKind,
  more: Stamp & {
    readonly id?: string;
    readonly authorId?: string;
    readonly note?: boolean;
    readonly channel?: string;
  } = {},
): Fact {
  const base = envelope(entity, at, more);
  const body = {
    messageId: more.id ?? `m-${entity}-${at}-${author}`,
    author,
    authorId: more.authorId ?? null,
    private: more.note ?? false,
    channel: more.channel ?? null,
  };
  return { ...base, at, kind: 'message.observed', body } as Fact;
}

/** The account as it was read at `at`. */
export function account(entity: string, at: number, tier: string | null, stamp: Stamp = {}): Fact {
  const base = envelope(entity, at, stamp);
  const body = { tier, type: null, ownerId: null, parentId: null, arrMicro: null };
  return { ...base, kind: 'account.observed', body } as Fact;
}

export function tick(at: number): Fact {
  return {
    ...envelope('tick', at, { via: 'system', origin: 'system' }),
    at,
    kind: 'tick',
    body: {},
  } as Fact;
}

export function config(at: number, document: object): Fact {
  const text = JSON.stringify(document);
  const base = envelope('config', at, { via: 'system', origin: 'system' });
  const body = { configHash: `h${text.length}`, document: text };
  return { ...base, kind: 'config.applied', body } as Fact;
}

export function cost(at: number, body: CostEntry): Fact {
  const base = envelope(body.costId, at, { via: 'feed', origin: 'feed' });
  return { ...base, kind: 'cost.entry', body } as Fact;
}

export function heartbeat(source: string, at: number): Fact {
  const base = envelope(source, at, { via: 'system', origin: 'system' });
  const body = { coveredThrough: at, basis: 'endpoint_up' };
  return { ...base, at, kind: 'source.heartbeat', body } as Fact;
}

/** Somebody's word, at an instant; the same word has the same identity. */
export function correction<K extends CorrectionKind>(
  kind: K,
  entity: string,
  at: number,
  body: Omit<FactBodies[K], 'reason' | 'by'>,
  stamp: Stamp & { readonly id?: string } = {},
): Fact {
  const base = envelope(entity, at, { via: 'feed', origin: 'manual', ...stamp });
  const factId = stamp.id ?? base.factId;
  return { ...base, factId, at, kind, body: { reason: 'a test', by: null, ...body } } as Fact;
}

/** What a source says of who closed an issue. */
export function evidence(
  entity: string,
  at: number,
  body: FactBodies['close.evidence'],
  stamp: Stamp = {},
): Fact {
  const base = envelope(entity, at, { via: 'body', ...stamp });
  return { ...base, at, kind: 'close.evidence', body } as Fact;
}

export const threadOf = (entity: string, at: number, vanished: readonly string[] = []): Fact => {
  const body = { count: 0, idsHash: '', vanished };
  return { ...envelope(entity, at, {}), kind: 'thread.observed', body } as Fact;
};
