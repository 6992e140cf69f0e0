/**
 * The lowest cost of a claim: commits an Operation that the client has already decided, with the same driver and the same call
 * as Onceward. It has no GraphQL, token, config or log.
 */
import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';

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
    const rows = await sql.query('SELECT onceward.commit_operation($1) AS outcome', [await request.text()]);
    return Response.json(rows[0]?.outcome);
  },
};
