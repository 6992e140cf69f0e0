/** What the scheduled handler does in the ledger, chunk by chunk: the database says what is due. */
import { type Database, queryDatabase } from './database.ts';

/** What is left after these is done the next time. */
const MAX_CHUNKS = 200;

/** Deletes recorded rejections whose retention is over. Returns how many. */
export function expireRefusals(database: Database): Promise<number> {
  return chunkByChunk(database, 'SELECT onceward.expire_refusals() AS done');
}

/** Settles pending rewards that have expired. Returns how many. */
export function expireRewards(database: Database): Promise<number> {
  return chunkByChunk(database, 'SELECT onceward.expire_rewards() AS done');
}

async function chunkByChunk({ sql: neon }: Database, statement: string): Promise<number> {
  let done = 0;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const rows = await queryDatabase(() => neon.query(statement, []));
    const count = Number((rows as { done: unknown }[])[0]?.done ?? 0);
    if (count === 0) break;
    done += count;
  }
  return done;
}
