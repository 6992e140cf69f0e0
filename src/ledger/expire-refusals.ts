/** Deletes recorded rejections whose retention is over. The database says which; it deletes a chunk per call. */
import { type Database, queryDatabase } from './database.ts';

/** What is left after these is deleted the next time. */
const MAX_CHUNKS = 200;

/** Returns how many were deleted. */
export async function expireRefusals({ sql: neon }: Database): Promise<number> {
  let deleted = 0;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const rows = await queryDatabase(() => neon.query('SELECT onceward.expire_refusals() AS deleted', []));
    const count = Number((rows as { deleted: unknown }[])[0]?.deleted ?? 0);
    if (count === 0) break;
    deleted += count;
  }
  return deleted;
}
