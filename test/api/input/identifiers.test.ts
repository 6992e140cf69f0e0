/** IDs and keys as other systems make them: every printable character, up to 255 of them, and never two things under one key. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compileBalanceConfig } from '../../../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../../../src/config/json.ts';
import { type HistoricRow, importOperation } from '../../../src/domain/import.ts';
import { encodeOperation } from '../../../src/ledger/encode-operation.ts';
import { CONTRACT_VERSION } from '../../../src/ledger/kernel-contract.ts';
import { changedExample, publish } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { victory } from '../../support/worker/scenes.ts';
import { fresh, ticket } from '../../support/worker/service.ts';

const document = changedExample(() => {});
let rules: Parameters<typeof importOperation>[2]['rules'];
beforeAll(async () => {
  const version = await publish(document);
  const compiled = compileBalanceConfig(document, {
    version,
    sha256: await sha256Hex(canonicalJson(document)),
  });
  if (compiled.kind === 'invalid') throw new Error('the example config is not valid');
  rules = compiled.rules;
});

/** Every printable character but the space. */
const ASCII = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 33 + index));

describe('a player ID', () => {
  it.each([
    ['of a hosted login', () => `auth0|${fresh('user')}`],
    ['that begins like a formula', () => `=${fresh('user')}`],
    ['of wildcards and a backslash', () => `%_\\${fresh('user')}`],
    ['with every printable character', () => `${ASCII}${fresh('')}`],
    ['of 255 characters', () => fresh('user').padEnd(255, '/')],
  ])('%s can claim, receive, give and be found by staff', async (_, make) => {
    const playerId = make();
    const [player, server] = [asPlayer(playerId), asServer()];
    receiptOf(await server.claimReward({ ...victory, playerId, key: fresh('cup') }));
    const proof = await ticket({
      playerId,
      type: 'ascension_victory',
      key: fresh('tower'),
      facts: { floor: 3 },
    });
    receiptOf(await player.claimReward({ type: 'ascension_victory', ticket: proof }));
    const other = `waad|${fresh('friend')}@example.com`;
    receiptOf(await server.claimReward({ ...victory, playerId: other, key: fresh('cup') }));
    const gift = { resource: 'lumees', amount: 1 };
    receiptOf(await player.transferResource({ toPlayerId: other, ...gift }));
    receiptOf(await asPlayer(other).transferResource({ toPlayerId: playerId, ...gift }));
    const staff = asStaff(await addStaffMember(`google-oauth2|${fresh('staff')}`));
    expect(resultOf(await staff.player({ id: playerId }))?.id).toBe(playerId);
    expect(resultOf(await staff.claims({ playerId, first: 10 })).edges).toHaveLength(4);
  });
});

describe('a claim key', () => {
  it("of 144 characters, such as a store's purchase token, is paid once", async () => {
    const playerId = fresh('player');
    const key = `${fresh('a.AO-J1Oz/+=')}|`.padEnd(144, 'x');
    const claim = () => asServer().claimReward({ ...victory, playerId, key });
    const first = receiptOf(await claim());
    expect(first.claim.key).toBe(key);
    expect(rejectionOf(await claim(), 'AlreadyClaimed')).toMatchObject({ original: { id: first.claim.id } });
    const found = resultOf(await asServer().claim({ playerId, type: victory.type, key }));
    expect(found?.claim.id).toBe(first.claim.id);
  });

  it('of 255 characters can be announced, and an award with a reward ID as long is made once', async () => {
    const playerId = fresh('player');
    const key = fresh('order').padEnd(255, '~');
    const announced = { playerId, type: 'pve_victory', key, facts: { difficulty: 'hard', enemy_level: 5 } };
    const receipt = receiptOf(await asServer().announceReward(announced));
    expect(receipt.claim.key).toMatch(/^sha256:[0-9a-f]{64}$/);
    rejectionOf(await asServer().announceReward(announced), 'AlreadyClaimed');
    receiptOf(await asServer().recoverReward({ playerId, type: 'pve_victory', key }));
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const award = {
      playerId,
      grants: [{ resource: 'lumees', amount: 2 }],
      reason: 'a contest',
      rewardId: key,
    };
    receiptOf(await staff.manualReward(award));
    rejectionOf(await staff.manualReward(award), 'AlreadyClaimed');
  });
});

describe('facts that name a source', () => {
  it('never make one key of two sources, however their values are divided', async () => {
    const playerId = fresh('player');
    const report = (source_id: string) => ({
      playerId,
      type: 'skill_session',
      key: fresh('report'),
      facts: { source_type: 'match', source_id, passing: 2, shooting: 0 },
    });
    for (const source of ['m/7', 'm', '/m/7', '5:match', '1:m'])
      receiptOf(await asServer().claimReward(report(source)));
    const again = rejectionOf(await asServer().claimReward(report('m/7')), 'AlreadyClaimed');
    expect(again.sourceKey).toEqual({ type: 'skill:passing', key: '5:match3:m/7' });
    const long = 'm'.repeat(255);
    receiptOf(await asServer().claimReward(report(long)));
    const taken = rejectionOf(await asServer().claimReward(report(long)), 'AlreadyClaimed');
    expect(taken.sourceKey?.key).toMatch(/^sha256:/);
  });
});

describe('an idempotency key', () => {
  it('of 255 characters is accepted and replayed', async () => {
    const playerId = fresh('player');
    const key = fresh('key').padEnd(255, 'k');
    const claim = () => asPlayer(playerId).claimReward({ type: 'weekly_chest' }, { key });
    expect(receiptOf(await claim()).replayed).toBe(false);
    expect(receiptOf(await claim()).replayed).toBe(true);
  });

  it('of an import cannot be used by anyone before it, so the row is imported', async () => {
    const playerId = fresh('player');
    const row: HistoricRow = {
      playerId,
      resource: 'lumees',
      amount: 25,
      time: '2024-05-01T12:00:00.000Z',
      source: 'old_game',
      key: 'tx-1',
      type: null,
    };
    const by = {
      operator: { kind: 'operator', id: 'migration' },
      correlationId: crypto.randomUUID(),
    } as const;
    const operation = encodeOperation(importOperation(row, 1, { ...by, rules }));
    const key = operation.idempotency_key;
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const grants = [{ resource: 'lumees', amount: 2 }];
    for (const attempt of [
      () => asPlayer(playerId).claimReward({ type: 'weekly_chest' }, { key }),
      () => asServer().claimReward({ ...victory, playerId, key: 'cup-1' }, { key }),
      () => staff.manualReward({ playerId, grants, reason: 'to be first' }, { key }),
    ]) {
      const error = onlyError(await withoutDatabase(playerId, attempt));
      expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.idempotencyKey' });
      expect(error.message).toMatch(/16 to 255 characters .*, not beginning with onceward:/);
    }
    const rows = await owner.query('SELECT onceward.commit_operations($1, $2, $3) AS answer', [
      CONTRACT_VERSION,
      JSON.stringify([operation]),
      [rules.sha256],
    ]);
    expect(rows[0]?.answer).toMatchObject({ outcomes: [{ kind: 'granted', replayed: false }] });
    expect((await ledgerState(playerId)).balances).toEqual({ lumees: 25 });
  });
});
