/** Rolls the economy up for a test of the kernel, and compares the sums with the ledger. */
import type { Ledger } from './ledger.ts';

export function economyOf({ app, owner }: Pick<Ledger, 'app' | 'owner'>) {
  async function rollUp(atMost = 5_000, client: Pick<Ledger['app'], 'query'> = app): Promise<number> {
    const { rows } = await client.query('SELECT onceward.roll_up_economy($1) AS done', [atMost]);
    return rows[0].done;
  }

  async function rollUpAll(): Promise<void> {
    while ((await rollUp()) > 0);
  }

  /** What differs from the ledger. */
  async function faults(): Promise<string[]> {
    const { rows } = await owner.query(
      `SELECT f.detail FROM onceward.days_of_economy() AS day, onceward.integrity_of_economy(day) AS f
       UNION ALL SELECT detail FROM onceward.integrity_of_buckets()`,
    );
    return rows.map(({ detail }) => detail);
  }

  const numberFrom = async (statement: string) => Number((await owner.query(statement)).rows[0].count);
  const claimsContained = () => numberFrom('SELECT sum(claims) AS count FROM onceward.economy_claims');
  const claimsInLedger = () =>
    numberFrom(
      'SELECT count(*) FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player WHERE a.kind = 1',
    );

  async function position(): Promise<{ completeUntil: Date | null; event: number }> {
    const { rows } = await owner.query('SELECT * FROM onceward.economy_roll_up');
    return { completeUntil: rows[0].complete_until, event: Number(rows[0].event) };
  }

  return { rollUp, rollUpAll, faults, claimsContained, claimsInLedger, position };
}
