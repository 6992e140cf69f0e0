/** One step of all erasures, in one request to Neon (drizzle/kernel/82_erasure.sql). */
import { type Database, queryDatabase } from './database.ts';

/** `waiting`: older transactions have to end; `busy`: another call makes a step; `idle`: nothing is left. */
export type ErasureStep = 'stepped' | 'waiting' | 'busy' | 'idle';

export async function stepErasures({ sql: neon }: Database): Promise<ErasureStep> {
  const rows = await queryDatabase(() => neon.query('SELECT onceward.step_erasures() AS step'));
  return (rows as { step: ErasureStep }[])[0]?.step ?? 'idle';
}
