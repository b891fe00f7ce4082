/**
 * A look over JSON text before it is parsed: how deep, how many tokens, which root keys twice.
 * A body nested 400,000 deep parses in 70 ms and then breaks everything that recurses over it.
 */
export const JSON_DEPTH_MAX = 32;
export const JSON_TOKENS_MAX = 20_000;

export interface JsonScan {
  readonly fault: 'too_deep' | 'too_many_tokens' | null;
  /** Root keys that stand more than once: the last would win, so the body cannot be believed. */
  readonly repeatedRootKeys: readonly string[];
}

/** Index of the quote that closes the string opened at `open`, or the end of the text. */
function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5c) i++;
    else if (c === 0x22) return i;
  }
  return text.length;
}

function isKey(text: string, after: number): boolean {
  for (let i = after; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x3a) return true;
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return false;
  }
  return false;
}

/** Never throws and never recurses; text that is not JSON gives some answer too. */
export function scanJson(text: string, tokensMax: number = JSON_TOKENS_MAX): JsonScan {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  let tokens = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const end = closingQuote(text, i);
      if (depth === 1 && isKey(text, end + 1)) {
        const key = text.slice(i + 1, end);
        if (seen.has(key)) repeated.add(key);
        seen.add(key);
      }
      i = end;
      continue;
    }
    if (c === '{' || c === '[') {
      if (++depth > JSON_DEPTH_MAX) return { fault: 'too_deep', repeatedRootKeys: [] };
    } else if (c === '}' || c === ']') depth--;
    if (c === '{' || c === '[' || c === ',' || c === ':') {
      if (++tokens > tokensMax) return { fault: 'too_many_tokens', repeatedRootKeys: [] };
    }
  }
  return { fault: null, repeatedRootKeys: [...repeated] };
}
