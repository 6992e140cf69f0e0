/** What the tables say of a simulated campaign. */
import type pg from 'pg';

export interface CampaignRow {
  readonly state: string;
  readonly proposal: number | null;
  readonly granted: number;
  readonly given: Readonly<Record<string, { readonly given: number }>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly forecast: { readonly players: number } | null;
}

/** What a campaign reports. */
export async function campaignRow(owner: pg.Pool, id: number): Promise<CampaignRow> {
  const { rows } = await owner.query(
    `SELECT state, proposal, granted::integer, given, refused, forecast
         FROM onceward.campaigns WHERE no = $1`,
    [id],
  );
  return rows[0];
}

/** What each player has of a campaign, by the ledger. */
export async function givenBy(
  owner: pg.Pool,
  name: string,
): Promise<Map<string, { readonly claims: number; readonly gold: number }>> {
  const { rows } = await owner.query<{ id: string; claims: number; gold: number }>(
    `SELECT a.id, count(*)::integer AS claims, sum(e.delta)::integer AS gold
         FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
         JOIN onceward.actors s ON s.no = c.actor AND s.id = $1
         JOIN onceward.ledger_entries e ON (e.player, e.number) = (c.player, c.number) AND e.cause = 1
        GROUP BY a.id`,
    [`campaign:${name}`],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
