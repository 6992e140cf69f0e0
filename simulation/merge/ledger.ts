/** The rows of the ledger that the receipts of merges must agree with. */
import type pg from 'pg';

export interface ClaimRow {
  readonly player: string;
  readonly number: number;
  readonly counterparty: string | null;
  readonly counterpartyNumber: number | null;
  readonly idempotencyKey: string;
}

export interface Ledger {
  readonly claims: readonly ClaimRow[];
  /** Amounts by player and resource, as `player resource`. */
  readonly balances: ReadonlyMap<string, number>;
  /** Who is owed a pending reward. */
  readonly owed: ReadonlySet<string>;
}

export async function readLedger(owner: pg.Client): Promise<Ledger> {
  const claims = await owner.query<ClaimRow>(
    `SELECT p.id AS player, c.number, o.id AS counterparty, c.counterparty_number AS "counterpartyNumber",
            c.idempotency_key AS "idempotencyKey"
       FROM onceward.reward_claims c JOIN onceward.actors p ON p.no = c.player
       LEFT JOIN onceward.actors o ON o.no = c.counterparty`,
  );
  const balances = await owner.query(
    `SELECT p.id || ' ' || n.name AS of, b.amount::float8 AS amount FROM onceward.balances b
       JOIN onceward.actors p ON p.no = b.player JOIN onceward.names n ON n.kind = 1 AND n.no = b.resource`,
  );
  const owed = await owner.query(
    'SELECT DISTINCT p.id FROM onceward.pending_rewards w JOIN onceward.actors p ON p.no = w.player',
  );
  return {
    claims: claims.rows,
    balances: new Map(balances.rows.map((row) => [row.of, row.amount])),
    owed: new Set(owed.rows.map(({ id }) => id)),
  };
}
