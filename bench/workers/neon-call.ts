/**
 * The lowest cost of a claim: commits operations that the client has already decided, with the same driver and the same call
 * as Onceward. It has no GraphQL, token, config or log.
 */
import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { CONTRACT_VERSION } from '../../src/ledger/kernel-contract.ts';

interface Env {
  readonly DATABASE_URL: string;
  readonly NEON_ENDPOINT: string;
}

let sql: NeonQueryFunction<false, false> | undefined;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (!sql) {
      neonConfig.fetchEndpoint = env.NEON_ENDPOINT;
      sql = neon(env.DATABASE_URL);
    }
    const statement = 'SELECT onceward.commit_operations($1::integer, $2::jsonb, $3::text[]) AS answer';
    const rows = await sql.query(statement, [CONTRACT_VERSION, await request.text(), []]);
    return Response.json(rows[0]?.answer);
  },
};
