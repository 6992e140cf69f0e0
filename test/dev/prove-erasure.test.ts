// The proof of erasures in its short form: `npm run prove:erasure` erases 1,000 of 100,000 players. Planted bugs show what it finds.
import type pg from 'pg';
import { expect, test } from 'vitest';
import { proveErasure } from '../../simulation/erasure/prove.ts';
import { isLongRun } from '../support/long-run.ts';

const SHORT = { players: 200, erased: 10, clients: 4, seed: 'short', log: () => {} };

test('ten of two hundred players are erased under load, and nothing names them', async () => {
  const proof = await proveErasure(SHORT);
  expect(proof.faults).toEqual([]);
  expect(proof.claimed).toBeGreaterThan(0);
  expect(proof.rows).toBeGreaterThan(1_000);
}, 180_000);

/** Changes a function of the kernel as the owner. */
const rewritten = (name: string, from: string, to: string) => async (owner: pg.Client) => {
  const { rows } = await owner.query('SELECT pg_get_functiondef($1::regproc) AS text', [`onceward.${name}`]);
  const text: string = rows[0].text;
  if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
  await owner.query(text.replace(from, to));
};

// A stack for each: `npm run test:long` plants them.
test.skipIf(!isLongRun).each<[string, (owner: pg.Client) => Promise<unknown>, RegExp]>([
  [
    'a column that is not scrubbed',
    rewritten('erasure_rules_of_ledger', `'claim_key idempotency_key'`, `'claim_key'`),
    /^reward_claims has member-/,
  ],
  [
    'a key of the archive that is kept',
    rewritten('erase_player', `onceward.scrub(\n    'archive_keys'`, `onceward.scrub(\n    'code_tries'`),
    /^the archive has member-/,
  ],
  [
    'texts of archived claims that stay',
    (owner) =>
      owner.query(
        `CREATE FUNCTION onceward.planted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
         CREATE TRIGGER planted BEFORE UPDATE ON onceward.archived_claims FOR EACH ROW EXECUTE FUNCTION onceward.planted()`,
      ),
    // They are put back.
    /^reward_claims has member-/,
  ],
  [
    'mentions that are not searched',
    rewritten('searched_table', `ARRAY['text'::text, 'mention'::text]`, `ARRAY['none'::text]`),
    /^notes has member-/,
  ],
  [
    'a chain that is broken',
    rewritten(
      'erase_player',
      'UPDATE onceward.actors a',
      'UPDATE onceward.balances b SET amount = b.amount::bigint + 1 WHERE b.player = player.no; UPDATE onceward.actors a',
    ),
    /^I1 /,
  ],
  [
    'a claim under the old number',
    rewritten(
      'is_to_judge',
      'RETURN subject.forbidden',
      'state.id := coalesce(op.player, op.actor_id); RETURN subject.forbidden',
    ),
    /claims are under the number of a player who was erased before/,
  ],
])(
  'the proof finds %s',
  async (_, sabotage, fault) => {
    const { faults } = await proveErasure({ ...SHORT, sabotage });
    expect(faults.join('\n')).toMatch(new RegExp(fault.source, 'm'));
  },
  180_000,
);
