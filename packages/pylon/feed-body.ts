/** What the bodies of our own feeds share: JSON read within a bound, words, instants, and faults with their place. */
import { EARLIEST_INSTANT_MS } from '@sapwood/core/time';
import sjson from 'secure-json-parse';
import { z } from 'zod';
import { asInstant } from './scalars.ts';
import { scanJson } from './scan.ts';

const FAULTS_MAX = 100;

export interface ListFault {
  /** Where, as `entries[3].amountMicro`. */
  readonly path: string;
  readonly message: string;
}

/** Epoch ms, or RFC 3339 with a zone. */
export const instant: z.ZodType<number, number | string> = z
  .union([z.number().int(), z.string()], { error: 'must be epoch ms or an RFC 3339 time' })
  .transform((value, context) => {
    const ms = typeof value === 'number' ? value : asInstant(value);
    if (ms === undefined || ms < EARLIEST_INSTANT_MS) {
      context.addIssue({ code: 'custom', message: 'must be an RFC 3339 time after 1990' });
      return z.NEVER;
    }
    return ms;
  });

/** An id, a slug or a tier; nothing that could be an address. */
export const word: z.ZodString = z
  .string()
  .regex(
    /^(?! )[\p{L}\p{N}_.:/ -]{1,128}(?<! )$/u,
    'must be 1 to 128 letters, digits, spaces or _ . : / -',
  );

function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : `.${String(step)}`;
  return text.replace(/^\./, '');
}

export const faultsOf = ({ issues }: z.ZodError): ListFault[] =>
  issues
    .slice(0, FAULTS_MAX)
    .map((issue) => ({ path: pathText(issue.path), message: issue.message }));

type ReadJson =
  | { readonly ok: true; readonly body: object }
  | { readonly ok: false; readonly errors: readonly ListFault[] };

/** Text that is not JSON, or of too many tokens, is one fault. */
export function readJson(raw: Uint8Array, tokensMax: number): ReadJson {
  const text = new TextDecoder().decode(raw);
  const fault = scanJson(text, tokensMax).fault;
  const body: unknown = fault === null ? sjson.safeParse(text) : undefined;
  if (typeof body === 'object' && body !== null) return { ok: true, body };
  return { ok: false, errors: [{ path: '', message: 'the body must be JSON' }] };
}
