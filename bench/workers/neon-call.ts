/**
 * What a claim costs with nothing around it: the body is an Operation that somebody has decided already, and it is
 * committed by the same driver in the same call. No GraphQL, no token, no config, no log: the yardstick for Onceward.
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
