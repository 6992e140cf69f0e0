/** Notes of staff on a player: written once, seen by staff alone. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, owner } from '../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';

beforeAll(serveExample);

const newMember = (role = 'support') => addStaffMember(fresh('member'), { role });

describe('a note', () => {
  const text = 'asked twice about the same order';

  it('is written once under its key, is listed for staff, and is in no other place', async () => {
    const [staffId, playerId, key] = [await newMember(), await seasonedPlayer(), freshKey()];
    const staff = asStaff(staffId);
    const unique = fresh(text).slice(0, 60);
    const first = resultAs(await staff.writeNote({ playerId, text: unique }, { key }), 'NoteReceipt');
    expect(resultOf(await staff.writeNote({ playerId, text: unique }, { key }))).toEqual({
      ...first,
      replayed: true,
    });
    const reused = await staff.writeNote({ playerId, text: 'another text' }, { key });
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['text']);
    resultAs(await staff.writeNote({ playerId, text: 'a later one' }), 'NoteReceipt');
    const listed = resultOf(await asStaff(await newMember('auditor')).notes({ playerId })).edges;
    expect(listed.map(({ node }) => node.text)).toEqual(['a later one', unique]);
    expect(listed[1]?.node).toEqual(first.note);
    // Where the text is, and the ID of the player.
    const [stored] = await owner`
      SELECT (SELECT count(*)::int FROM onceward.notes n WHERE n.text = ${unique}) AS notes,
             (SELECT count(*)::int FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
               WHERE a.id = ${staffId} AND (c.input::text LIKE ${`%${unique}%`} OR c.input::text LIKE ${`%${playerId}%`}
                     OR c.claim_key LIKE ${`%${playerId}%`})) AS claims`;
    expect(stored).toEqual({ notes: 1, claims: 0 });
  });

  it('is seen and written by no player or server, and by no role without the permission', async () => {
    const playerId = await seasonedPlayer();
    for (const client of [asPlayer(playerId), asServer()]) {
      expect(faultOf(await client.notes({ playerId })).code).toBe('FORBIDDEN');
      expect(faultOf(await client.writeNote({ playerId, text })).code).toBe('FORBIDDEN');
    }
    const economist = asStaff(await newMember('economist'));
    expect(faultOf(await economist.writeNote({ playerId, text })).code).toBe('FORBIDDEN');
    const nobody = fresh('nobody');
    const unknown = await asStaff(await newMember()).writeNote({ playerId: nobody, text });
    expect(rejectionOf(unknown, 'UnknownPlayer').playerId).toBe(nobody);
    const [stored] = await owner`SELECT count(*)::int AS notes FROM onceward.notes WHERE text = ${text}
      AND player = (SELECT no FROM onceward.actors WHERE id = ${playerId} AND kind = 1)`;
    expect(stored).toEqual({ notes: 0 });
  });
});
