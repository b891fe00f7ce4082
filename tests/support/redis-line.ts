/** Single commands to a Redis server, as an outsider sends them: what an adapter would not let through. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** The raw reply to one inline command; words without spaces. */
export async function redisLine(url: string, ...words: readonly string[]): Promise<string> {
  const { hostname, port, password } = new URL(url);
  const socket = connect(Number(port || 6379), hostname);
  const login = password ? `AUTH ${decodeURIComponent(password)}\r\n` : '';
  socket.end(`${login}${words.join(' ')}\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks).toString();
}

/** The strings of a reply that is a list. */
export const stringsOf = (reply: string): string[] =>
  [...reply.matchAll(/^\$\d+\r\n(.*)\r$/gm)].map((match) => match[1]!);
