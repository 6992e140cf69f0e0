/**
 * PostGraphile 5 in production mode, with the minimal claim function as a mutation. It caches named statements and plans (the
 * default), writes responses directly as text, and has every development feature turned off.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { poolSettings, reportPort } from './serve.ts';

const { connectionString, ...poolConfig } = poolSettings();
const server = createServer();
server.on('error', (error) => console.error(error));
const serving = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString, poolConfig, schemas: ['minimal'], pubsub: false })],
  grafserv: { graphiql: false, watch: false, outputDataAsString: true },
  grafast: { explain: false },
}).createServ(grafserv);
await serving.addTo(server);
server.listen(0, '127.0.0.1', () => reportPort((server.address() as AddressInfo).port));
