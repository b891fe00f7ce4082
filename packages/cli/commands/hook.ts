/** `sapwood hook`: signs a body and posts it, the first try by hand. */
import { signBody } from '@sapwood/pylon/signature';
import { EXIT, UserError } from '../exit.ts';
import { readText } from '../read-text.ts';

export interface HookOptions {
  readonly url: string;
  readonly secretFile: string;
  /** A file with one line `Name: value`, sent beside the signature. */
  readonly headerFile?: string;
}

export async function hook(options: HookOptions): Promise<void> {
  const body = await readAll(process.stdin);
  if (body.length === 0) throw new UserError('The body is empty: pipe it in, `… < body.json`.');
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-pylon-signature': signBody(readText(options.secretFile).trim(), body),
  };
  if (options.headerFile !== undefined) Object.assign(headers, readHeader(options.headerFile));
  const answer = await post(options.url, headers, body);
  const text = await answer.text();
  process.stdout.write(`${answer.status}${text === '' ? '' : ` ${text}`}\n`);
  if (!answer.ok) {
    throw new UserError(`The webhook was not accepted: ${answer.status}.`, EXIT.difference);
  }
}

async function post(url: string, headers: Record<string, string>, body: Buffer): Promise<Response> {
  if (!URL.canParse(url))
    throw new UserError(`"${url}" is not an address such as http://127.0.0.1:8080/hooks/by-hand.`);
  try {
    return await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new UserError(`${url} cannot be reached: ${cause?.code ?? message}.`, EXIT.unreachable);
  }
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function readHeader(file: string): Record<string, string> {
  const match = /^([A-Za-z0-9-]+):\s*(.+)$/.exec(readText(file).trim());
  if (!match) throw new UserError(`${file}: expected one line "Name: value".`);
  return { [match[1]!.toLowerCase()]: match[2]! };
}
