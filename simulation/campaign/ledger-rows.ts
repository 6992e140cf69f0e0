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

export interface RankingRow {
  readonly state: string;
  readonly paid: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly stopped: string | null;
  readonly config_version: number;
}

/** What a ranking reports. */
export async function rankingRow(owner: pg.Pool, id: number): Promise<RankingRow> {
  const { rows } = await owner.query(
    'SELECT state, paid, refused, stopped, config_version FROM onceward.rankings WHERE no = $1',
    [id],
  );
  return rows[0];
}

export interface PaidPlace {
  readonly player: string;
  readonly by: string;
  readonly version: number;
  readonly position: number;
  readonly given: Readonly<Record<string, number>>;
}

/** The claims of a ranking, by the ledger. */
export async function paidPlaces(owner: pg.Pool, payout: string, key: string): Promise<PaidPlace[]> {
  const { rows } = await owner.query<PaidPlace>(
    `SELECT c.player_id AS player, c.actor_id AS by, c.config_version AS version,
            (c.input::jsonb->>'position')::integer AS position,
            (SELECT coalesce(json_object_agg(g.resource, g.delta), '{}')
               FROM (SELECT e.resource, sum(e.delta)::integer AS delta FROM onceward.entries_by_name e
                      WHERE e.player_id = c.player_id AND e.number = c.number AND e.cause = 'operation'
                      GROUP BY e.resource) AS g) AS given
       FROM onceward.claims_by_name c
      WHERE c.claim_type = 'payout' AND c.input::jsonb->>'payout' = $1 AND c.input::jsonb->>'key' = $2
      ORDER BY position`,
    [payout, key],
  );
  return rows;
}
