/** A player who has left traces in every table that erasures change, some of them in rows of others. */
import { bulkOf, commitBulk } from './bulks.ts';
import { newId } from './erased.ts';
import { fresh, give, operation, take } from './operations.ts';
import type { openStaffChanges } from './staff-changes.ts';
import { announcement, transfer } from './systems.ts';

export interface Seen {
  readonly player: string;
  readonly other: string;
  readonly staff: string;
  readonly received: ReturnType<typeof transfer>;
  /** What must be nowhere afterwards. */
  readonly traces: readonly string[];
}

type Changes = ReturnType<typeof openStaffChanges>;

export async function seenPlayer(changes: Changes): Promise<Seen> {
  const [player, other] = [newId(), newId()];
  const staff = await changes.admin();
  const secret = fresh('secret');
  const met = { player, other, staff, secret };
  const received = await claims(changes, met);
  await owedAndBulks(changes, met);
  await rowsOfStaff(changes, met);
  const [handle] = await changes.query(
    `SELECT encode(handle, 'hex') AS hex, onceward.claim_id(handle, 0) AS prefix FROM onceward.actors WHERE id = $1 AND kind = 1`,
    [player],
  );
  return { player, other, staff, received, traces: [player, handle.hex, handle.prefix, secret] };
}

interface Met {
  readonly player: string;
  readonly other: string;
  readonly staff: string;
  readonly secret: string;
}

const ownOf = ({ player, secret }: Met) => ({
  ...{ player, actor_kind: 'player' as const, actor_id: player, client_correlation_id: `${secret}-client` },
});

async function claims({ commit }: Changes, met: Met) {
  const { player, other, secret } = met;
  const own = ownOf(met);
  const input = { type: 'quest', facts: { opponent: secret } };
  const keyed = { idempotency_key: `${secret}-key`, claim_key: `${secret}-quest` };
  const source_keys = [
    { game: false, resource: 'gold', key: `${secret}-source` },
    { game: true, resource: 'gold', key: `store/${player}/${other}` },
  ];
  await commit(
    operation({ ...own, ...keyed, input, source_keys, facts_read: { name: secret }, reason: secret }),
  );
  await commit(operation({ player: other, postings: [give('gold', 50)] }));
  const received = transfer(other, player, 4);
  await commit({ ...received, input: { toPlayerId: player, amount: 4 } });
  await commit({ ...transfer(player, other, 2), input: { toPlayerId: other, note: secret } });
  await commit(
    operation({ ...own, idempotency_key: `${secret}-poor`, postings: [take('gold', 9_999)], input }),
  );
  await commit(
    operation({
      player: other,
      claim_key: fresh('pvp'),
      input: { facts: { opponent: player } },
      reason: `beat ${player}, twice`,
    }),
  );
  const rejection = { kind: 'gifts_declined' as const, playerId: player };
  await commit(
    operation({
      player: other,
      mode: 'reject',
      rejection,
      input: { toPlayerId: player },
      reason: `for ${player}`,
    }),
  );
  return received;
}

async function owedAndBulks({ act, appPool, awardOf, commit }: Changes, met: Met): Promise<void> {
  const { player, other, staff, secret } = met;
  const own = ownOf(met);
  const plan = { source_keys: [{ game: false, resource: 'gold', key: `${secret}-owed` }] };
  const owed = announcement({ playerId: player, type: 'quest', key: `${secret}-owed` }, plan);
  await commit({
    ...owed,
    announces: { ...(owed.announces as object), message: { title: `for ${player}`, text: null } },
  } as never);
  await commitBulk(
    appPool(),
    bulkOf({
      actor_kind: 'player',
      actor_id: player,
      input: { secret },
      items: [secret],
      client_correlation_id: secret,
      idempotency_key: `${secret}-bulk`,
    }),
    [operation({ ...own, idempotency_key: fresh('item') })],
  );
  await commitBulk(appPool(), bulkOf({ input: { items: [{ playerId: player, amount: 1 }] } }), [
    operation({ player: other }),
  ]);
  // The claim of a note has digests.
  await act(staff, { kind: 'note.write', player, text: `knows ${secret}` }, { input: {} });
  await act(staff, { kind: 'note.write', player: other, text: `plays with ${player}` });
  await awardOf(staff, 5);
}

async function rowsOfStaff({ query }: Changes, { player, staff, secret }: Met): Promise<void> {
  await query(
    `INSERT INTO onceward.audit_events (actor, player, action, outcome, reason, detail, client_correlation_id)
    SELECT s.no, p.no, 'manualReward', 'forbidden', $3, jsonb_build_object('why', 'role', 'of', p.id), $3
      FROM onceward.actors s, onceward.actors p WHERE s.id = $1 AND p.id = $2`,
    [staff, player, secret],
  );
  await query(
    `INSERT INTO onceward.audit_events (actor, action, outcome, detail)
    SELECT no, 'claimsOf', 'listed', jsonb_build_object('playerId', $2::text, $2::text, ARRAY[$2::text])
      FROM onceward.actors WHERE id = $1`,
    [staff, player],
  );
  await query(`INSERT INTO onceward.code_tries SELECT no, ARRAY[now()] FROM onceward.actors WHERE id = $1`, [
    player,
  ]);
  await query(
    `INSERT INTO onceward.undos (made_by, made_at, stepped_at, scans_to, players_named, made_number, debt, reason, filter, state)
    SELECT s.no, now(), now(), 0, ARRAY[p.no], 900000 + p.no, false, 'of ' || p.id, json_build_object('players', ARRAY[p.id]), 'done'
      FROM onceward.actors s, onceward.actors p WHERE s.id = $1 AND p.id = $2`,
    [staff, player],
  );
  await query(
    `INSERT INTO onceward.proposals (proposed_by, proposed_at, expires_at, kind, subject, digest, permission, summary, state)
    SELECT s.no, now(), now(), 'undo.run', p.no::text, 'd', 'undo:manage', json_build_object('players', ARRAY[p.id]), 'withdrawn'
      FROM onceward.actors s, onceward.actors p WHERE s.id = $1 AND p.id = $2`,
    [staff, player],
  );
  await query(
    `WITH l AS (INSERT INTO onceward.lists (made_by, made_at, scans_to, made_number, name, query)
      SELECT s.no, now(), 0, 900000 + p.no, 'list_' || p.no, json_build_object('sources', ARRAY[p.id]) FROM onceward.actors s, onceward.actors p
       WHERE s.id = $1 AND p.id = $2 RETURNING no)
    , r AS (INSERT INTO onceward.list_rows (list, player, line, item) SELECT l.no, p.no, 1, 'for:' || p.id FROM l, onceward.actors p WHERE p.id = $2)
    INSERT INTO onceward.campaigns (list, made_by, made_at, stepped_at, made_number, name, reason, message, on_full, state)
    SELECT l.no, s.no, now(), now(), 900000 + p.no, 'campaign_' || p.no, p.id || ' lost it', json_build_object('title', p.id), json_build_object('message', p.id), 'cancelled'
      FROM l, onceward.actors s, onceward.actors p WHERE s.id = $1 AND p.id = $2`,
    [staff, player],
  );
  await query(
    `INSERT INTO onceward.alarms (raised_at, last_seen_at, acknowledged_at, acknowledged_by, kind, subject, detail, note)
    SELECT now(), now(), now(), s.no, 'drift', $1, jsonb_build_object('of', $1::text), 'asked ' || $1
      FROM onceward.actors s WHERE s.id = $2 AND s.kind = 3`,
    [player, staff],
  );
  await query(`UPDATE onceward.actors SET zones = '["Europe/Vienna"]' WHERE id = $1`, [player]);
}
