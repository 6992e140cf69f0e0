/**
 * I17: the sums of the economy contain every claim of a seed once. They are rolled up during the seed by several callers, which are
 * killed like everything else. Here the same sums are computed from the seed's rows, and compared with how those of the database
 * changed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type ClaimRow, placeOf, type Rows } from './rows.ts';
import type { Tally } from './tally.ts';

/** By what is summed: each number of a sum, which can exceed what a number of JavaScript holds exactly. */
export type Sums = ReadonlyMap<string, readonly bigint[]>;

const MOST_TRIES = 100;
const PAUSE_MS = 100;

/** Rolls everything up, and reads the sums. Transactions that are still ending hold them back for a moment. */
export async function readSums(owner: pg.Pool): Promise<Sums> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    await owner.query('SELECT onceward.roll_up_economy()');
    const { rows } = await owner.query(
      `SELECT EXISTS (SELECT FROM onceward.outbox o, onceward.economy_roll_up r
                       WHERE (o.transaction, o.no) > (r.transaction, r.event)) AS more`,
    );
    if (!rows[0].more) break;
    await sleep(PAUSE_MS);
  }
  const { rows } = await owner.query(QUERY);
  return new Map(rows.map(({ name, sums }) => [name, sums.map(BigInt)]));
}

/** As texts: the driver reads arrays of numeric as floating point. */
const QUERY = `
  SELECT concat_ws(' ', 'flow', f.day, r.name, t.name, o.name,
           (ARRAY['operation', 'milestone', 'regeneration', 'opening', 'reset', 'conversion'])[f.cause],
           CASE WHEN f.between_players THEN 'between players' END) AS name,
         ARRAY[f.gained, f.lost, f.entries]::text[] AS sums
    FROM onceward.economy_flows f JOIN onceward.names r ON (r.kind, r.no) = (1, f.resource)
    JOIN onceward.names t ON (t.kind, t.no) = (2, f.claim_type)
    JOIN onceward.names o ON (o.kind, o.no) = (3, f.operation)
  UNION ALL
  SELECT concat_ws(' ', 'claims', c.day, t.name, o.name), ARRAY[c.claims, c.units]::text[]
    FROM onceward.economy_claims c JOIN onceward.names t ON (t.kind, t.no) = (2, c.claim_type)
    JOIN onceward.names o ON (o.kind, o.no) = (3, c.operation)
  UNION ALL
  SELECT concat_ws(' ', 'draws', d.day, d.config_version, d."table", d.outcome,
           CASE WHEN d.guaranteed THEN 'guaranteed' END), ARRAY[d.draws]::text[]
    FROM onceward.economy_draws d
  UNION ALL
  SELECT concat_ws(' ', 'bucket', r.name, b.bucket), ARRAY[b.players]::text[]
    FROM onceward.economy_buckets b JOIN onceward.names r ON (r.kind, r.no) = (1, b.resource)`;

export function checkEconomy(
  tally: Tally,
  { before, after, rows }: { readonly before: Sums; readonly after: Sums; readonly rows: Rows },
): void {
  const expected = sumsOf(rows);
  for (const name of new Set([...expected.keys(), ...after.keys()])) {
    const was = before.get(name) ?? [];
    const changed = (after.get(name) ?? []).map((sum, at) => sum - (was[at] ?? 0n));
    const should = expected.get(name) ?? [];
    const width = Math.max(changed.length, should.length);
    const holds = Array.from({ length: width }, (_, at) => (changed[at] ?? 0n) === (should[at] ?? 0n));
    tally.check('I17', !holds.includes(false), () => ({
      what: `${name}: the sums of the economy changed by ${changed.join(', ')}, the claims are ${should.join(', ')}`,
      player: '',
    }));
  }
}

/** As the database should have them of these rows alone. */
export function sumsOf({ claims, entries, players, balances }: Rows): Sums {
  const sums = new Map<string, bigint[]>();
  const add = (parts: readonly (string | number | false)[], numbers: readonly number[]) => {
    const name = parts.filter((part) => part !== false).join(' ');
    const found = sums.get(name) ?? numbers.map(() => 0n);
    sums.set(
      name,
      found.map((sum, at) => sum + BigInt(numbers[at] ?? 0)),
    );
  };
  const granted = claims.filter(({ outcome }) => outcome === 'granted');
  const byPlace = new Map<string, ClaimRow>(
    granted.flatMap((claim) => [
      [placeOf(claim), claim] as const,
      ...(claim.counterparty ? [[placeOf(claim.counterparty), claim] as const] : []),
    ]),
  );
  for (const { resource, delta, cause, ...place } of entries) {
    const claim = byPlace.get(placeOf(place));
    if (!claim) continue;
    const of = [dayOf(claim), resource, claim.type, claim.operation, cause];
    const between = claim.counterparty !== null && 'between players';
    add(['flow', ...of, between], [Math.max(delta, 0), Math.max(-delta, 0), 1]);
  }
  const known = new Set(players.map(({ id }) => id));
  for (const claim of granted.filter(({ player }) => known.has(player))) {
    const { type, operation, units, amountsVersion, configVersion } = claim;
    add(['claims', dayOf(claim), type, operation], [1, units]);
    for (const draw of claim.draws as readonly Draw[])
      add(
        [
          ...['draws', dayOf(claim), amountsVersion ?? configVersion, draw.table, draw.outcome],
          draw.guaranteed && 'guaranteed',
        ],
        [1],
      );
  }
  for (const { resource, amount } of balances) add(['bucket', resource, bucketOf(amount)], [1]);
  return sums;
}

interface Draw {
  readonly table: string;
  readonly outcome: string;
  readonly guaranteed: boolean;
}

const dayOf = ({ claimedAt }: ClaimRow) => new Date(claimedAt).toISOString().slice(0, 10);

/** An amount up to 15 has a bucket of its own. Above, each power of 2 has 16; debts have the negative numbers. */
function bucketOf(amount: number): number {
  if (amount < 0) return -bucketOf(-amount);
  let size = amount;
  let halved = 0;
  for (; size >= 32; halved += 1) size = Math.floor(size / 2);
  return 16 * halved + size;
}
