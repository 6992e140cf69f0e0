/** What players learn about staff, operators, servers and other players: no answer to a player names any of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compileBalanceConfig } from '../../../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../../../src/config/json.ts';
import { type HistoricRow, importOperation } from '../../../src/domain/import.ts';
import { encodeOperation } from '../../../src/ledger/encode-operation.ts';
import { CONTRACT_VERSION } from '../../../src/ledger/kernel-contract.ts';
import { OPERATIONS } from '../../../src/resolvers/schema.ts';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { addStaffMember, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { movingNothing } from '../../support/worker/stillness.ts';
import { holder, transfer } from '../../support/worker/transfers.ts';

const headers = { 'x-correlation-id': fresh('internal-correlation') };
const IDEMPOTENCY = { server: freshKey(), staff: freshKey(), refused: freshKey(), giver: freshKey() };
const REASON = 'the guild master complained';
const SOURCE = 'old_payments_table';
const OPERATOR = 'root-on-host-7';

let player: string;
let giver: string;
let staffId: string;
let secrets: readonly string[];
/** By what made it: claims of the player as a server sees them. */
let claims: Awaited<ReturnType<typeof readClaims>>;

const readClaims = async (client: Client) =>
  resultOf(await client.claims({ playerId: player, first: 100 })).edges.map(({ node }) => node);

/** Rows of another system, written by an operator. */
async function importRows(
  rows: readonly Pick<HistoricRow, 'key' | 'type'>[],
): Promise<{ kinds: string[]; correlationId: string }> {
  const document = changedExample(() => {});
  const sha256 = await sha256Hex(canonicalJson(document));
  const compiled = compileBalanceConfig(document, { version: await publish(document), sha256 });
  if (compiled.kind === 'invalid') throw new Error('the example config is not valid');
  const { rules } = compiled;
  const row = { playerId: player, resource: 'lumees', amount: 3, time: '2024-05-01T12:00:00.000Z' };
  const correlationId = crypto.randomUUID();
  const by = { operator: { kind: 'operator', id: OPERATOR }, correlationId, rules } as const;
  const operations = rows
    .map((given) => importOperation({ ...row, source: SOURCE, ...given }, 1, by))
    .map(encodeOperation);
  const [{ answer }] = (await owner.query('SELECT onceward.commit_operations($1, $2, $3) AS answer', [
    CONTRACT_VERSION,
    JSON.stringify(operations),
    [],
  ])) as [{ answer: { outcomes: { kind: string }[] } }];
  return { kinds: answer.outcomes.map(({ kind }) => kind), correlationId };
}

beforeAll(async () => {
  await serveExample();
  [player, giver] = [await holder(), await holder({ lumees: 50 })];
  staffId = await addStaffMember(fresh('staff'), { limit: 77 });
  const staff = asStaff(staffId);
  const grants = [{ resource: 'lumees', amount: 7 }];
  const claimed = await asServer().claimReward(
    { ...victory, playerId: player, key: 'cup-1' },
    { key: IDEMPOTENCY.server, headers },
  );
  receiptOf(claimed);
  const award = { playerId: player, grants, reason: REASON };
  receiptOf(await staff.manualReward(award, { key: IDEMPOTENCY.staff, headers }));
  const tooMuch = { ...award, grants: [{ resource: 'lumees', amount: 78 }] };
  rejectionOf(await staff.manualReward(tooMuch, { key: IDEMPOTENCY.refused, headers }), 'LimitExceeded');
  const gift = { idempotencyKey: IDEMPOTENCY.giver };
  const given = receiptOf(await transfer(giver, player, gift));
  const imported = await importRows([
    { key: 'payment-7', type: null },
    { key: null, type: null },
  ]);
  expect(imported.kinds).toEqual(['granted', 'granted']);
  claims = await readClaims(asServer());
  const actors = claims.filter(({ claim }) => claim.actorKind !== 'PLAYER').map(({ claim }) => claim.actorId);
  secrets = [
    ...Object.values(IDEMPOTENCY),
    ...Object.values(headers),
    ...actors,
    staffId,
    OPERATOR,
    REASON,
    SOURCE,
    given.claim.id,
    given.correlationId,
    ...claims.flatMap(({ claim }) => (/^(award|row):/.test(claim.key) ? [claim.key] : [])),
  ];
});

describe('a player', () => {
  it('sees no ID, key, reason, correlation ID or source of anybody else in any query', async () => {
    const me = asPlayer(player);
    const requests = await owner`
      SELECT correlation_id::text AS id FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
       WHERE a.id = ${player} UNION SELECT correlation_id::text FROM onceward.refusals r JOIN onceward.actors a ON a.no = r.player
       WHERE a.id = ${player}`;
    const ids = [...requests.map((row) => String(row.id)), ...Object.values(headers)];
    const answers: Record<string, unknown[]> = {
      me: [await me.me()],
      player: [await me.player({ id: player })],
      claims: [await me.claims({ playerId: player, first: 100 })],
      ledger: [await me.ledger({ playerId: player, first: 100 })],
      offers: [await me.offers({})],
      claimables: [await me.claimables({})],
      claim: await Promise.all(claims.map(({ claim }) => me.claim({ id: claim.id }))),
      pendingRewards: [await me.pendingRewards({})],
      inbox: [await me.inbox({})],
      rankingResult: [await me.rankingResult({ payout: 'arena', key: 'arena-week-1' })],
      trace: await Promise.all(ids.map((correlationId) => me.trace({ correlationId }))),
      previewClaim: [await me.previewClaim({ type: 'daily_quest' })],
      previewExchange: [await me.previewExchange({ exchange: 'buy_summon_token' })],
    };
    // The list is complete.
    const ofPlayers = OPERATIONS.filter(({ root, actors }) => root === 'query' && actors.includes('player'));
    expect(Object.keys(answers).toSorted()).toEqual(ofPlayers.map(({ name }) => name).toSorted());
    for (const [name, results] of Object.entries(answers))
      for (const answer of results) {
        const { result, errors } = answer as { result: unknown; errors?: unknown };
        expect([name, errors]).toEqual([name, undefined]);
        // A trace repeats the ID that it was asked for.
        const text = JSON.stringify({ ...(result as object), correlationId: null });
        for (const secret of secrets)
          expect([name, text]).not.toEqual([name, expect.stringContaining(secret)]);
      }
    // A server sees them, so the search for them works.
    const all = JSON.stringify(claims);
    for (const secret of [
      IDEMPOTENCY.server,
      IDEMPOTENCY.staff,
      IDEMPOTENCY.giver,
      staffId,
      OPERATOR,
      REASON,
    ])
      expect(all).toContain(secret);
  });

  it('sees of each actor the kind, and of claims of others the ID instead of an internal key', async () => {
    const shown = await readClaims(asPlayer(player));
    const byType = new Map(shown.map(({ claim }) => [claim.type, claim]));
    expect(shown.find(({ claim }) => claim.key === 'cup-1')?.claim).toMatchObject({
      type: 'tournament_reward',
      key: 'cup-1',
      actorId: 'server',
      idempotencyKey: null,
    });
    for (const [type, actorId] of [
      ['manual_reward', 'staff'],
      ['import', 'operator'],
      ['transfer', giver],
    ] as const) {
      const claim = byType.get(type);
      expect(claim).toMatchObject({
        key: claim?.id,
        actorId,
        idempotencyKey: null,
        correlationId: null,
        reason: null,
      });
    }
  });

  it('learns of a row that an operator could not import only that it was rejected', async () => {
    const { kinds, correlationId } = await movingNothing(player, () =>
      importRows([{ key: 'cup-1', type: victory.type }]),
    );
    expect(kinds).toEqual(['rejected']);
    const [seen] = resultOf(await asServer().trace({ correlationId })).attempts;
    expect(seen).toMatchObject({ granted: false, claim: { actorId: OPERATOR }, input: { source: SOURCE } });
    const [attempt] = resultOf(await asPlayer(player).trace({ correlationId })).attempts;
    expect(attempt).toMatchObject({
      granted: false,
      claim: { actorId: 'operator', reason: null },
      input: null,
      rejection: 'Rejected for a staff member',
    });
    expect(seen?.rejection).not.toBe(attempt?.rejection);
  });

  it('cannot verify a guess of who awarded something and why, by the key that would follow from it', async () => {
    const keyed = claims.filter(({ claim }) => ['manual_reward', 'import'].includes(claim.type));
    expect(keyed.length).toBeGreaterThan(2);
    for (const { claim } of keyed) {
      const { type, key } = claim;
      expect(resultOf(await asServer().claim({ playerId: player, type, key }))?.claim.id).toBe(claim.id);
      expect(resultOf(await asPlayer(player).claim({ type, key }))).toBeNull();
      expect(resultOf(await asPlayer(player).claim({ id: claim.id }))?.claim.id).toBe(claim.id);
    }
  });

  it('learns nothing of a staff member’s limit by replaying the key that they were refused under', async () => {
    const playerId = fresh('player');
    receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }));
    const member = asStaff(await addStaffMember(fresh('staff'), { limit: 77 }));
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const refused = await movingNothing(playerId, () =>
      member.claimReward({ ...input, playerId }, { headers }),
    );
    expect(rejectionOf(refused, 'LimitExceeded')).toMatchObject({ limit: 'STAFF_REWARD', bound: 77 });
    const before = await ledgerState(playerId);
    const replayed = await asPlayer(playerId).claimReward(input);
    const rejection = rejectionOf(replayed, 'IdempotencyKeyReused');
    expect(rejection.fields).toEqual(['actor']);
    expect(JSON.stringify(replayed)).not.toMatch(/77|STAFF/);
    expect(rejection.correlationId).not.toBe(headers['x-correlation-id']);
    // The staff member and servers see it as it was.
    for (const client of [member, asServer()])
      expect(rejectionOf(await client.claimReward({ ...input, playerId }), 'LimitExceeded')).toEqual(
        rejectionOf(refused, 'LimitExceeded'),
      );
    const [attempt] = resultOf(
      await asPlayer(playerId).trace({ correlationId: await requestIdOf(playerId, input.idempotencyKey) }),
    ).attempts;
    expect(attempt).toMatchObject({ granted: false, rejection: 'Rejected for a staff member', input: null });
    expect(await ledgerState(playerId)).toEqual(before);
    // Their own claim needs another key.
    receiptOf(await asPlayer(playerId).claimReward({ type: 'daily_quest' }));
  });

  it('sees the receipt of what a server claimed under their key, and not how the server filed it', async () => {
    const playerId = fresh('player');
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const byServer = receiptOf(await asServer().claimReward({ ...input, playerId }, { headers }));
    expect(byServer.correlationId).toBe(headers['x-correlation-id']);
    const replayed = await asPlayer(playerId).claimReward(input);
    const receipt = receiptOf(replayed);
    expect(receipt).toMatchObject({
      replayed: true,
      changes: byServer.changes,
      claim: { idempotencyKey: null },
    });
    expect(JSON.stringify(receipt)).not.toContain(headers['x-correlation-id']);
  });
});

/** The ID of the request that was refused under a key. */
async function requestIdOf(playerId: string, idempotencyKey: string): Promise<string> {
  const rows = await owner`
    SELECT r.correlation_id::text AS id FROM onceward.refusals r JOIN onceward.actors a ON a.no = r.player
     WHERE a.id = ${playerId} AND r.idempotency_key = ${idempotencyKey}`;
  return String(rows[0]?.id);
}
