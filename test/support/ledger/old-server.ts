/**
 * A minimal server for the Postgres protocol that reports an old version. It accepts every login, records all statements and
 * executes none.
 */
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const int16 = (value: number) => Buffer.from([(value >> 8) & 255, value & 255]);
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const READY = message('Z', Buffer.from('I'));
const AUTHENTICATED = message('R', int32(0));

/** One row of one text column. */
function answer(column: string, value: string): Buffer {
  const description = Buffer.concat([
    int16(1),
    Buffer.from(`${column}\0`),
    int32(0),
    int16(0),
    int32(25),
    int16(-1),
    int32(-1),
    int16(0),
  ]);
  const row = Buffer.concat([int16(1), int32(value.length), Buffer.from(value)]);
  return Buffer.concat([
    message('T', description),
    message('D', row),
    message('C', Buffer.from('SHOW\0')),
    READY,
  ]);
}

export async function startOldServer(versionNumber: string) {
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let started = false;
    let pending = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      pending = Buffer.concat([pending, data]);
      for (;;) {
        const head = started ? 1 : 0;
        if (pending.length < head + 4) return;
        const end = head + pending.readInt32BE(head);
        if (pending.length < end) return;
        const [whole, type] = [pending.subarray(0, end), String.fromCharCode(pending[0] ?? 0)];
        pending = pending.subarray(end);
        if (!started) {
          started = true;
          socket.write(Buffer.concat([AUTHENTICATED, READY]));
        } else if (type === 'Q') {
          statements.push(whole.subarray(5, -1).toString());
          socket.write(answer('server_version_num', versionNumber));
        } else if (type === 'X') socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `postgresql://owner@127.0.0.1:${(server.address() as AddressInfo).port}/game`,
    statements,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
