import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import {
  announceReward,
  applyDamage,
  exchange,
  heal,
  recoverReward,
  reverseClaim,
  transferResource,
} from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { previewClaim, previewExchange } from '../../support/worker/previews.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';

let [playerId, staffId] = ['', ''];
let [own, server, staff] = ['', '', ''];
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  staffId = await addStaffMember(fresh('staff'));
  [own, server, staff] = [await playerToken(playerId), await serverToken(), await staffToken(staffId)];
  catchLines();
});

const reason = 'the client never came back';
const chest = () => ({ playerId, type: 'arena_chest', key: 'chest-1' });
const gift = { toPlayerId: 'nobody-at-all', resource: 'lumees', amount: 3 };
const timed = { durationMs: expect.any(Number), databaseMs: expect.any(Number) };
type Row = [operation: string, code: string, ask: () => Promise<{ headers: Headers }>, told: object];

describe('one line for each operation of exchanges, transfers, combat and what is owed, on failure', () => {
  const refusals: Row[] = [
    [
      'exchange',
      'INSUFFICIENT_BALANCE',
      () => exchange({ exchange: 'summon' }, { token: own }),
      { claimType: 'summon', requested: { summon_tokens: -1 } },
    ],
    [
      'exchange',
      'UNKNOWN_EXCHANGE',
      () => exchange({ exchange: 'no_such_exchange' }, { token: own }),
      { claimType: 'no_such_exchange' },
    ],
    [
      'transferResource',
      'UNKNOWN_PLAYER',
      () => transferResource(gift, { token: own }),
      { claimType: 'transfer', requested: { lumees: -3 } },
    ],
    [
      'transferResource',
      'LIMIT_EXCEEDED',
      () => transferResource({ ...gift, amount: 5_001 }, { token: own }),
      { claimType: 'transfer', error: expect.stringMatching(/5000 lumees in one transfer/) },
    ],
    [
      'applyDamage',
      'VERSION_CONFLICT',
      () => applyDamage({ playerId, amount: 5, expectedVersion: 0 }, { token: server }),
      { claimType: 'damage', requested: { health: -5 }, actor: 'server:arena-1' },
    ],
    [
      'heal',
      'VERSION_CONFLICT',
      () => heal({ playerId, amount: 5, expectedVersion: 0 }, { token: server }),
      { claimType: 'healing', requested: { health: 5 } },
    ],
    [
      'announceReward',
      'ALREADY_CLAIMED',
      () => announceReward({ ...victory, playerId, key: 'cup-0' }, { token: server }),
      { claimType: 'announcement', claimKey: 'tournament_reward/cup-0' },
    ],
    [
      'recoverReward',
      'NOT_ANNOUNCED',
      () => recoverReward({ ...chest(), reason }, { token: staff }),
      { claimType: 'arena_chest', claimKey: 'chest-1', reason },
    ],
    [
      'reverseClaim',
      'UNKNOWN_CLAIM',
      () => reverseClaim({ playerId, claimId: crypto.randomUUID(), reason }, { token: staff }),
      { claimType: 'reversal', reason },
    ],
    [
      'previewExchange',
      'INSUFFICIENT_BALANCE',
      () => previewExchange({ exchange: 'summon' }, { token: own }),
      { claimType: 'summon' },
    ],
    [
      'previewClaim',
      'ALREADY_CLAIMED',
      () => previewClaim({ ...victory, playerId, key: 'cup-0' }, { token: server }),
      { claimType: 'tournament_reward', claimKey: 'cup-0' },
    ],
  ];
  it.each(refusals)('a business "no": %s, %s', async (operation, code, ask, told) => {
    const line = lineOf(await ask());
    expect(line).toMatchObject({
      level: 'warn',
      operation,
      success: false,
      code,
      actor: expect.stringMatching(/^(player|server|staff):/),
      player: playerId,
      error: expect.any(String),
      configVersion: expect.any(Number),
      replayed: false,
      ...told,
      ...timed,
    });
    expect(line).not.toHaveProperty('amounts');
  });

  const faults: Row[] = [
    [
      'exchange',
      'BAD_USER_INPUT',
      () => exchange({ exchange: 'drop', quantity: 0 }, { token: own }),
      { claimType: 'drop', error: expect.stringMatching(/^quantity/) },
    ],
    [
      'exchange',
      'FORBIDDEN',
      () => exchange({ exchange: 'drop', playerId }, { token: staff }),
      { claimType: 'drop', actor: () => `staff:${staffId}` },
    ],
    [
      'exchange',
      'UNAUTHENTICATED',
      () => exchange({ exchange: 'drop', playerId }, {}),
      { claimType: 'drop' },
    ],
    [
      'transferResource',
      'BAD_USER_INPUT',
      () => transferResource({ ...gift, resource: 'auric_coins' }, { token: own }),
      { claimType: 'transfer', error: expect.stringMatching(/^resource/) },
    ],
    [
      'applyDamage',
      'FORBIDDEN',
      () => applyDamage({ playerId, amount: 5 }, { token: own }),
      { claimType: 'damage' },
    ],
    [
      'heal',
      'BAD_USER_INPUT',
      () => heal({ playerId, amount: 0 }, { token: server }),
      { claimType: 'healing' },
    ],
    [
      'announceReward',
      'BAD_USER_INPUT',
      () => announceReward({ playerId, type: 'pve_victory', key: 'battle-1' }, { token: server }),
      {
        claimType: 'announcement',
        claimKey: 'pve_victory/battle-1',
        error: expect.stringMatching(/^facts\./),
      },
    ],
    [
      'recoverReward',
      'FORBIDDEN',
      () => recoverReward({ ...chest(), reason }, { token: own }),
      { claimType: 'arena_chest', claimKey: 'chest-1', reason },
    ],
    [
      'previewExchange',
      'FORBIDDEN',
      () => previewExchange({ exchange: 'drop', playerId }, { token: staff }),
      { claimType: 'drop' },
    ],
    [
      'pendingRewards',
      'FORBIDDEN',
      async () => {
        const query =
          'query($id: PlayerId!) { pendingRewards(filter: { playerId: $id }) { edges { cursor } } }';
        return send(query, { id: playerId }, { token: await playerToken(fresh('player')) });
      },
      {},
    ],
  ];
  it.each(faults)('a fault that nothing is recorded for: %s, %s', async (operation, code, ask, told) => {
    const { actor, ...rest } = told as { actor?: () => string };
    const line = lineOf(await ask());
    expect(line).toMatchObject({
      level: 'warn',
      operation,
      success: false,
      code,
      player: playerId,
      error: expect.any(String),
      ...rest,
      ...timed,
    });
    if (actor) expect(line.actor).toBe(actor());
  });

  const ASKED: Row[] = [
    [
      'exchange',
      '',
      () => exchange(keyed({ exchange: 'drop' }), { token: own }),
      { drop_charges: -1, auric_coins: 5 },
    ],
    ['transferResource', '', () => transferResource(keyed(gift), { token: own }), { lumees: -3 }],
    ['applyDamage', '', () => applyDamage(keyed({ playerId, amount: 5 }), { token: server }), { health: -5 }],
    ['heal', '', () => heal(keyed({ playerId, amount: 5 }), { token: server }), { health: 5 }],
  ];
  let idempotencyKey = '';
  const keyed = (input: object) => ({ ...input, idempotencyKey });
  it.each(ASKED)('a database that fails: %s', async (operation, _, ask, requested) => {
    idempotencyKey = freshKey();
    await breakRequests({ match: idempotencyKey, kind: 'error', errorCode: '40001' });
    expect(lineOf(await ask())).toMatchObject({
      operation,
      success: false,
      code: 'UNAVAILABLE',
      player: playerId,
      requested,
      error: expect.stringMatching(/^the database/),
      ...timed,
    });
  });
});
