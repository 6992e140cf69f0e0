/**
 * Days in the config's time zone. The clock of the database decides which day it is, and no test sets it: tests move the time
 * zone instead, from 12 hours behind UTC to 14 hours ahead, where it is always a later day.
 */
import { changedExample, type Document, publish } from './balance.ts';
import { owner } from './ledger-state.ts';

export interface LocalDay {
  readonly timeZone: string;
  /** YYYY-MM-DD: the claim key of a daily claim. */
  readonly name: string;
  /** When its limits renew. */
  readonly renewsAt: string;
}

const HOURS = { earlier: -12, later: 14 };

/** Publishes the example config with the time zone in which it is an earlier or a later day, and with other changes. */
export async function publishDay(
  which: keyof typeof HOURS,
  change: (document: Document) => void = () => {},
): Promise<LocalDay> {
  const day = dayAt(HOURS[which]);
  await publish(
    changedExample((document) => {
      document.timeZone = day.timeZone;
      change(document);
    }),
  );
  return day;
}

/**
 * Moves what players did two days into the past. A limit without a counter in its period counts the claims since the period
 * began, and both days of `publishDay` may have begun before this one. The claim key of an award names its day (UTC).
 */
export async function letDaysPass(...playerIds: string[]): Promise<void> {
  const ofPlayers = 'IN (SELECT no FROM onceward.actors WHERE id = ANY ($1) AND kind = 1)';
  const earlier = "- interval '2 days'";
  await owner.transaction([
    // Without the triggers that keep the ledger append-only.
    owner.query('SET LOCAL session_replication_role = replica'),
    ...[
      `UPDATE onceward.reward_claims SET claimed_at = claimed_at ${earlier}, claim_key = CASE
          WHEN claim_key ~ '^award:[0-9]{4}-' THEN overlay(claim_key PLACING (substr(claim_key, 7, 10)::date - 2)::text FROM 7)
          ELSE claim_key END
        WHERE player ${ofPlayers}`,
      `UPDATE onceward.ledger_entries SET anchored_at = anchored_at ${earlier} WHERE player ${ofPlayers}`,
      `UPDATE onceward.balances SET anchored_at = anchored_at ${earlier} WHERE player ${ofPlayers}`,
      `UPDATE onceward.actors SET created_at = created_at ${earlier}, updated_at = updated_at ${earlier}
        WHERE no ${ofPlayers}`,
    ].map((statement) => owner.query(statement, [playerIds])),
  ]);
}

/** The current day where clocks are so many hours ahead of UTC. In POSIX names of zones the sign is the other way round. */
function dayAt(hours: number): LocalDay {
  const timeZone = `Etc/GMT${hours < 0 ? '+' : '-'}${Math.abs(hours)}`;
  const local = new Date(Date.now() + hours * 3_600_000);
  const next = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate() + 1);
  const renewsAt = new Date(next - hours * 3_600_000).toISOString();
  return { timeZone, name: local.toISOString().slice(0, 10), renewsAt };
}
