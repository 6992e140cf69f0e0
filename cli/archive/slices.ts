/** Divides the claims that are to be archived into intervals of time of a bounded number of claims. */
import type pg from 'pg';
import type { Slice } from './export.ts';

export interface Old {
  readonly claims: number;
  readonly days: readonly { readonly day: Date; readonly claims: number }[];
}

/** One pass over the claims: how many of players there are of each day (UTC) before a moment. */
export async function oldClaims(client: pg.Client, before: Date): Promise<Old> {
  const { rows } = await client.query<{ day: Date; claims: number }>(
    `SELECT date_trunc('day', c.claimed_at, 'UTC') AS day, count(*)::int AS claims
       FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player AND a.kind = 1
      WHERE c.claimed_at < $1 GROUP BY 1 ORDER BY 1`,
    [before],
  );
  return { days: rows, claims: rows.reduce((sum, { claims }) => sum + claims, 0) };
}

const DAY_MS = 86_400_000;

/**
 * In their order. An interval has at most about `most` claims: claims of one moment stay together. Where claims were put back, an
 * interval lies within that of the part that had them, so that they can be put back with it again.
 */
export async function* slicesOf(
  client: pg.Client,
  old: Old,
  bounds: { readonly before: Date; readonly most: number },
): AsyncGenerator<Slice> {
  for await (const { from, until } of daysTogether(client, old, bounds)) {
    const { rows } = await client.query<{ at: Date }>(
      `SELECT DISTINCT b.at FROM onceward.archive_parts p, LATERAL (VALUES (p.claimed_from), (p.claimed_until)) AS b(at)
        WHERE p.restored_at IS NULL AND b.at > $1 AND b.at < $2 ORDER BY 1`,
      [from, until],
    );
    const ends = [...rows.map(({ at }) => at), until];
    for (const [index, end] of ends.entries()) {
      const slice = { from: index === 0 ? from : (ends[index - 1] as Date), until: end };
      if (await hasClaims(client, slice)) yield slice;
    }
  }
}

async function hasClaims(client: pg.Client, { from, until }: Slice): Promise<boolean> {
  const { rows } = await client.query(
    'SELECT EXISTS (SELECT FROM onceward.claims_to_archive($1, $2)) AS found',
    [from, until],
  );
  return rows[0].found;
}

async function* daysTogether(
  client: pg.Client,
  { days }: Old,
  { before, most }: { readonly before: Date; readonly most: number },
): AsyncGenerator<Slice> {
  let from: Date | null = null;
  let gathered = 0;
  for (const { day, claims } of days) {
    const end = new Date(Math.min(day.getTime() + DAY_MS, before.getTime()));
    if (from !== null && gathered + claims > most) {
      yield { from, until: day };
      [from, gathered] = [null, 0];
    }
    from ??= day;
    gathered += claims;
    if (claims > most) {
      for (const until of await boundaries(client, { from: day, until: end }, most)) {
        yield { from, until };
        from = until;
      }
      yield { from, until: end };
      [from, gathered] = [null, 0];
    }
  }
  if (from !== null) yield { from, until: before };
}

async function boundaries(client: pg.Client, { from, until }: Slice, most: number): Promise<Date[]> {
  const { rows } = await client.query<{ at: Date }>(
    `SELECT DISTINCT n.claimed_at AS at
       FROM (SELECT c.claimed_at, row_number() OVER (ORDER BY c.claimed_at) AS nth
               FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player AND a.kind = 1
              WHERE c.claimed_at >= $1 AND c.claimed_at < $2) AS n
      WHERE n.nth % $3 = 1 AND n.claimed_at > $1 ORDER BY 1`,
    [from, until, most],
  );
  return rows.map(({ at }) => at);
}
