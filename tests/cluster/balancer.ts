/** One address before several servers, as a load balancer is: whoever accepts gets the connection. */
import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';

export interface Balancer {
  readonly url: string;
  close(): void;
}

/** `targets`: URLs as they are at the moment of a connection. */
export async function startBalancer(targets: () => readonly string[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const track = (socket: Socket): void => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  };
  const forward = (socket: Socket, left: number): void => {
    const all = targets();
    const { hostname, port } = new URL(all[turn++ % all.length]!);
    const other = dial(Number(port), hostname);
    other.once('connect', () => {
      track(other);
      socket.pipe(other).pipe(socket);
      other.once('close', () => socket.destroy());
      socket.once('close', () => other.destroy());
    });
    other.on('error', () => {
      if (other.pending && left > 1) forward(socket, left - 1);
      else socket.destroy();
    });
  };
  const server = createServer((socket) => {
    track(socket);
    socket.on('error', () => {});
    forward(socket, targets().length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
