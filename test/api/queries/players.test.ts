import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, resultOf } from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../../support/worker/ledger-state.ts';
import { expectShown } from '../../support/worker/players.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, send } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';

beforeAll(serveExample);

const full = (upTo: number) => ({ upTo, nextUnitAt: null, fullAt: null });

describe('the query me', () => {
  it('shows a new player at version 0 and level 1 with the opening balances, and writes nothing', async () => {
    const id = fresh('player');
    expect(resultOf(await asPlayer(id).me())).toEqual({
      id,
      version: 0,
      acceptsGifts: true,
      frozenAt: null,
      archivedClaims: 0,
      isMerged: false,
      mergedInto: null,
      mergedFrom: [],
      level: 1,
      experience: { current: 0, levelBeganAt: 0, nextLevelAt: 100 },
      tier: { name: 'Bronze', lifetimePoints: 0, next: { name: 'Silver', from: 1000, missing: 1000 } },
      unspentStatPoints: 0,
      stats: [
        { name: 'energy', points: 0, maximum: 100 },
        { name: 'health', points: 0, maximum: 500 },
        { name: 'stamina', points: 0, maximum: 100 },
      ],
      balances: [
        { resource: 'drop_charges', amount: 5, regeneration: full(5) },
        { resource: 'energy', amount: 100, regeneration: full(100) },
        { resource: 'health', amount: 500, regeneration: null },
        { resource: 'stamina', amount: 100, regeneration: full(100) },
      ],
    });
    const token = await playerToken(id);
    const { data } = await send('{ me { balance(resource: "lumees") } }', {}, { token });
    expect(data).toEqual({ me: { balance: 0 } });
    expect(resultOf(await asServer().player({ id }))).toBeNull();
    expect((await ledgerState(id)).version).toBeNull();
  });
});

describe('the query player', () => {
  it('answers null, not an error, for an ID that the ledger does not have', async () => {
    expect(resultOf(await asServer().player({ id: 'nobody-at-all' }))).toBeNull();
  });

  it('shows a player themselves only, and refuses others before the database', async () => {
    const other = await seasonedPlayer();
    const answer = await withoutDatabase(other, () => asPlayer(fresh('player')).player({ id: other }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'playerId' });
    expect(answer.result).toBeNull();
  });
});

describe('a read after a write', () => {
  it('every query shows a write that was acknowledged, twenty times in a row', async () => {
    const id = fresh('player');
    const [server, player] = [asServer(), asPlayer(id)];
    for (let version = 1; version <= 20; version += 1) {
      const input = { ...victory, playerId: id, key: `cup-${version}` };
      const receipt = receiptOf(await server.claimReward(input));
      const [me, shown, ledger, claims] = await Promise.all([
        player.me(),
        player.player({ id }),
        player.ledger({ playerId: id, first: 1 }),
        player.claims({ playerId: id, first: 1 }),
      ]);
      expect(resultOf(me).version).toBe(version);
      expectShown(resultOf(shown), receipt.player);
      expect(resultOf(ledger).edges[0]?.node.playerVersion).toBe(version);
      expect(resultOf(claims).edges[0]?.node.claim.id).toBe(receipt.claim.id);
    }
  });

  it('a query shows stat points that were spent and rewards of staff', async () => {
    const id = await seasonedPlayer();
    const player = asPlayer(id);
    receiptOf(await player.spendStatPoints(spending({ energy: 2 })));
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const grants = [{ resource: 'lifetime_points', amount: 1200 }];
    receiptOf(await staff.manualReward({ playerId: id, grants, reason: 'for loyalty' }));
    const shown = resultOf(await player.me());
    expect(shown).toMatchObject({ version: 3, unspentStatPoints: 4, tier: { name: 'Silver' } });
    expect(shown.stats[0]).toEqual({ name: 'energy', points: 2, maximum: 120 });
  });
});
