/** A websocket client that frames its bytes by hand, right or wrong. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { clock } from './rig.ts';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  readonly fin?: boolean;
  readonly masked?: boolean;
  /** Reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** What the header says of the length, instead of the truth. */
  readonly claims?: bigint;
}

/** RFC 6455, 5.2. */
export function frame(
  opcode: number,
  data: Uint8Array | string,
  options: FrameOptions = {},
): Buffer {
  const { fin = true, masked = true, reserved = 0 } = options;
  const payload = Buffer.from(data);
  const length = options.claims ?? BigInt(payload.length);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const bit = masked ? 0x80 : 0;
  const head = Buffer.alloc(10);
  head[0] = first;
  let size = 2;
  if (length < 126n) head[1] = bit | Number(length);
  else if (length < 65_536n) {
    head[1] = bit | 126;
    head.writeUInt16BE(Number(length), 2);
    size = 4;
  } else {
    head[1] = bit | 127;
    head.writeBigUInt64BE(length, 2);
    size = 10;
  }
  if (!masked) return Buffer.concat([head.subarray(0, size), payload]);
  const key = randomBytes(4);
  const hidden = payload.map((byte, i) => byte ^ key[i % 4]!);
  return Buffer.concat([head.subarray(0, size), key, hidden]);
}

export const text = (message: unknown): Buffer =>
  frame(OPCODE.text, typeof message === 'string' ? message : JSON.stringify(message));

/** The close code in what a server sent; 0 where it only hung up, null where the end is open. */
function closeCodeIn(bytes: Buffer): number | null {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const opcode = bytes[at]! & 15;
    let length = bytes[at + 1]! & 127;
    let head = 2;
    if (length === 126) {
      if (at + 4 > bytes.length) return null;
      length = bytes.readUInt16BE(at + 2);
      head = 4;
    } else if (length === 127) {
      if (at + 10 > bytes.length) return null;
      length = Number(bytes.readBigUInt64BE(at + 2));
      head = 10;
    }
    if (at + head + length > bytes.length) return null;
    if (opcode === OPCODE.close) return length >= 2 ? bytes.readUInt16BE(at + head) : 0;
    at += head + length;
  }
  return null;
}

const HANDSHAKE = [
  ...['GET /v1/ws HTTP/1.1', 'host: localhost', 'connection: upgrade', 'upgrade: websocket'],
  ...['sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='],
  ...['sec-websocket-protocol: sapwood.v1', '', ''],
].join('\r\n');

/** Sends frames after the handshake: the server's close code, or `open` where it lets it be. */
export function closeCodeFor(
  port: number,
  frames: readonly Uint8Array[],
  patienceMs: number,
): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let bytes = Buffer.alloc(0);
    let upgraded = false;
    const finish = (answer: number | 'open'): void => {
      timer.cancel();
      socket.destroy();
      resolve(answer);
    };
    const timer = clock.after(patienceMs, () => finish('open'));
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!upgraded) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) return;
        upgraded = true;
        bytes = bytes.subarray(end + 4);
        for (const one of frames) socket.write(one);
      }
      const code = closeCodeIn(bytes);
      if (code !== null) finish(code);
    });
    // The server may be gone while we still write.
    socket.on('error', () => {});
    socket.on('close', () => finish(0));
    socket.write(HANDSHAKE);
  });
}
