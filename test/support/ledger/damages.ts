/** Damages to a ledger that `npm run integrity` must find. `$1` is the ID of the player whose rows are damaged, the victim. */
import type { StoredFault } from '../../../src/ledger/read-integrity.ts';

/** The victim's number. */
const ME = `(SELECT no FROM onceward.actors WHERE (id, kind) = ($1, 1))`;
const resource = (name: string) => `(SELECT no FROM onceward.names WHERE (kind, name) = (1, '${name}'))`;
/** The condition of one entry of the victim's gold. */
export const entry = (sequence: number) =>
  `player = ${ME} AND resource = ${resource('gold')} AND sequence = ${sequence}`;

/** What a failing disk or a statement on the wrong table could do, past triggers and constraints. */
export const DAMAGES: [string, Partial<StoredFault>, string][] = [
  [
    'a balance that nobody moved',
    { invariant: 'I1', resource: 'gold' },
    `UPDATE onceward.balances SET amount = amount + 1 WHERE player = ${ME} AND resource = ${resource('gold')}`,
  ],
  [
    'a missing balance',
    { invariant: 'I1', resource: 'gold' },
    `DELETE FROM onceward.balances WHERE player = ${ME} AND resource = ${resource('gold')}`,
  ],
  [
    'a balance without entries',
    { invariant: 'I1', resource: 'gems' },
    `INSERT INTO onceward.balances (player, resource, amount, sequence) VALUES (${ME}, ${resource('gems')}, 7, 0)`,
  ],
  [
    'a missing entry',
    { invariant: 'I2', resource: 'gold' },
    `DELETE FROM onceward.ledger_entries WHERE ${entry(2)}`,
  ],
  [
    'an entry that begins at another balance',
    { invariant: 'I2', resource: 'gold' },
    `UPDATE onceward.ledger_entries SET before = before + 1 WHERE ${entry(2)}`,
  ],
  [
    'an entry that moved another amount',
    { invariant: 'I2', resource: 'gold' },
    `UPDATE onceward.ledger_entries SET delta = delta + 1 WHERE ${entry(1)}`,
  ],
  [
    'an entry that moved more than was requested',
    { invariant: 'I3', resource: 'gold', claimNumber: 1 },
    `UPDATE onceward.ledger_entries SET requested = 99 WHERE ${entry(1)}`,
  ],
  [
    'an entry without a claim',
    { invariant: 'I4', resource: 'gold', claimNumber: 99 },
    `UPDATE onceward.ledger_entries SET number = 99 WHERE ${entry(2)}`,
  ],
  [
    'a claim whose entries are numbered with a gap',
    { invariant: 'I4', claimNumber: 1 },
    `UPDATE onceward.ledger_entries SET ordinal = 9 WHERE ${entry(1)}`,
  ],
  [
    'a claim from before its predecessor',
    { invariant: 'I4' },
    `UPDATE onceward.reward_claims SET claimed_at = claimed_at - interval '1 day' WHERE player = ${ME} AND number > 1`,
  ],
  [
    'a number without a claim',
    { invariant: 'I4' },
    `UPDATE onceward.actors SET number = number + 1 WHERE no = ${ME}`,
  ],
  [
    'a version that no claim made',
    { invariant: 'I4' },
    `UPDATE onceward.actors SET version = version + 1 WHERE no = ${ME}`,
  ],
  [
    'a claim under a config that does not exist',
    { invariant: 'I4', claimNumber: 1 },
    `UPDATE onceward.reward_claims SET config_version = 99 WHERE player = ${ME} AND number = 1`,
  ],
  [
    'a claim of an operation without a name',
    { invariant: 'I4', claimNumber: 1 },
    `UPDATE onceward.reward_claims SET operation = 999 WHERE player = ${ME} AND number = 1`,
  ],
  [
    'a claim granted twice',
    { invariant: 'I5' },
    `UPDATE onceward.reward_claims SET claim_type = 1, claim_key = 'the same' WHERE player = ${ME}`,
  ],
  [
    'a claim of a later generation than was reopened',
    { invariant: 'I5', claimNumber: 1 },
    `UPDATE onceward.reward_claims SET generation = 1 WHERE player = ${ME} AND number = 1`,
  ],
  [
    'a key with two outcomes',
    { invariant: 'I5' },
    `UPDATE onceward.reward_claims SET idempotency_key = (
       SELECT idempotency_key FROM onceward.refusals WHERE player = ${ME}) WHERE player = ${ME} AND number = 1`,
  ],
  [
    'a counter below what the claims used',
    { invariant: 'I11' },
    `UPDATE onceward.limit_counters SET used = 0 WHERE kind = 1 AND subject = ${ME}`,
  ],
  [
    'a counter above what the claims used',
    { invariant: 'I11' },
    `UPDATE onceward.limit_counters SET used = used + 1 WHERE kind = 1 AND subject = ${ME}`,
  ],
  [
    'a pending reward without its announcement',
    { invariant: 'I12' },
    `UPDATE onceward.pending_rewards SET number = 1 WHERE player = ${ME}`,
  ],
  [
    'a pending reward that is paid',
    { invariant: 'I12' },
    `UPDATE onceward.pending_rewards w SET claim_type = c.claim_type, claim_key = c.claim_key
       FROM onceward.reward_claims c WHERE w.player = ${ME} AND (c.player, c.number) = (w.player, 1)`,
  ],
  [
    'an event of a claim that does not exist',
    { invariant: 'I13', claimNumber: 99 },
    `INSERT INTO onceward.outbox (player, number, slot) VALUES (${ME}, 99, 0)`,
  ],
  [
    'a reversal of more units than the claim has',
    { invariant: 'I15' },
    `UPDATE onceward.reversed_claims SET units = 2, reversed = 2 WHERE player = ${ME}`,
  ],
];
