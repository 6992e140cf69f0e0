/** E23: scoped game servers. */
import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  resultAs,
  resultOf,
  withToken,
} from '../support/worker/client.ts';
import { addStaffMember, auditEvents, owner } from '../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { registerServer } from '../support/worker/servers.ts';
import { fresh, freshKey, serverToken, TOKEN_KEY_ID } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(serveExample);

const CLIENTS = 64;
const reason = 'for this test';
const newAdmin = async () => asStaff(await addStaffMember(fresh('admin'), { role: 'admin' }));
const victory = (playerId: string, key = fresh('battle')) => ({
  playerId,
  type: 'pve_victory',
  key,
  facts: { difficulty: 'hard', enemy_level: 20 },
});
const codeOf = (answer: Parameters<typeof faultOf>[0]) => (answer.errors ? faultOf(answer).code : 'answered');

const claimsOf = async (server: string) =>
  (
    await owner`SELECT claimed_at FROM onceward.claims_by_name WHERE actor_kind = 'server' AND actor_id = ${server}`
  ).map(({ claimed_at }) => new Date(String(claimed_at)));

it('E23 refuses every operation and query of a server that starts after its revocation was answered, under load', async () => {
  const [id, admin] = [fresh('server'), await newAdmin()];
  const [server, players] = [asServer(id), await Promise.all(Array.from({ length: 8 }, seasonedPlayer))];
  const grants = (playerId: string) => ({
    campaign: fresh('occasion'),
    items: [{ playerId, item: 'a', gives: [{ resource: 'lumees', amount: 5 }] }],
    reason,
  });
  const kinds: readonly ((playerId: string) => Promise<Parameters<typeof faultOf>[0]>)[] = [
    (playerId) => server.claimReward(victory(playerId)),
    (playerId) => server.player({ id: playerId }),
    (playerId) => server.grantMany(grants(playerId)),
    (playerId) => server.announceReward({ playerId, type: 'arena_chest', key: fresh('chest') }),
    (playerId) => server.offers({ playerId }),
  ];
  let revokedAt: number | null = null;
  const late: string[] = [];
  const early: string[] = [];
  const client = async (nth: number) => {
    for (let [round, left] = [0, 2]; left > 0; round += 1) {
      const isLate = revokedAt !== null;
      if (isLate) left -= 1;
      const send = kinds[(nth + round) % kinds.length] as (typeof kinds)[number];
      const code = codeOf(await send(players[nth % players.length] as string));
      (isLate ? late : early).push(code);
    }
  };
  const running = Promise.all(Array.from({ length: CLIENTS }, (_, nth) => client(nth)));
  while (early.length < CLIENTS * 2) await new Promise((resolve) => setTimeout(resolve, 20));
  const { server: revoked } = resultAs(
    await admin.disableServer({ serverId: id, reason }),
    'GameServerReceipt',
  );
  revokedAt = Date.now();
  await running;
  expect(revoked).toMatchObject({ id, isRegistered: true, disabledReason: reason });
  expect(early).toContain('answered');
  expect(late).toHaveLength(CLIENTS * 2);
  expect([...new Set(late)]).toEqual(['FORBIDDEN']);
  const [playerId] = players as [string];
  for (const send of kinds)
    expect(codeOf(await writingNothing(playerId, () => send(playerId)))).toBe('FORBIDDEN');
});

it('E23 replays nothing for a revoked server, and everything once it is enabled with the approval of a second member', async () => {
  const [id, playerId, key] = [fresh('server'), await seasonedPlayer(), freshKey()];
  const [admin, second, server] = [await newAdmin(), await newAdmin(), asServer(id)];
  const claim = victory(playerId);
  const first = receiptOf(await server.claimReward(claim, { key }));
  resultAs(await admin.disableServer({ serverId: id, reason }), 'GameServerReceipt');
  expect(faultOf(await server.claimReward(claim, { key })).code).toBe('FORBIDDEN');
  const input = { serverId: id, reason };
  const proposed = resultAs(await admin.enableServer(input), 'GameServerReceipt').server;
  expect(proposed.disabledAt).not.toBeNull();
  expect(faultOf(await server.claimReward(claim, { key })).code).toBe('FORBIDDEN');
  const proposalId = proposed.proposalId as number;
  resultAs(await second.approveProposal({ proposalId, reason }), 'ProposalReceipt');
  expect(resultAs(await admin.enableServer(input), 'GameServerReceipt').server.disabledAt).toBeNull();
  expect(receiptOf(await server.claimReward(claim, { key }))).toEqual({ ...first, replayed: true });
});

it('E23 grants no more claims in an hour than the registry allows, of 64 clients at once, and frees the keys of the others', async () => {
  const [id, most] = [await registerServer({ claimsPerHour: 20 }), 20];
  const players = await Promise.all(Array.from({ length: 8 }, seasonedPlayer));
  const answers = await atOnce(CLIENTS, (nth) =>
    asServer(id).claimReward(victory(players[nth % players.length] as string)),
  );
  const codes = answers.map(codeOf);
  expect(new Set(codes)).toEqual(new Set(['answered', 'RATE_LIMITED']));
  const hours = Map.groupBy(await claimsOf(id), (at) => Math.floor(at.getTime() / 3_600_000));
  for (const claims of hours.values()) expect(claims.length).toBeLessThanOrEqual(most);
  expect(codes.filter((code) => code === 'answered').length).toBeGreaterThanOrEqual(most);
  expect(codes.filter((code) => code === 'answered')).toHaveLength([...hours.values()].flat().length);
  const refused = faultOf(answers.find((answer) => answer.errors) as (typeof answers)[number]);
  expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
  // A read uses nothing.
  resultOf(await asServer(id).player({ id: players[0] as string }));
});

it('E23 gives no more value in an hour than the registry allows, of 64 clients at once', async () => {
  const [id, playerId] = [await registerServer({ valuePerHour: 1_000 }), await seasonedPlayer()];
  const [value] = await owner`
    SELECT value FROM onceward.staff_values v JOIN onceward.names n ON n.kind = 1 AND n.no = v.resource
     WHERE n.name = 'lumees' ORDER BY v.config_version DESC LIMIT 1`;
  const worth = Number(value?.value);
  const award = () =>
    asServer(id).manualReward({
      playerId,
      grants: [{ resource: 'lumees', amount: 100 }],
      rewardId: fresh('promo'),
      reason,
    });
  const codes = (await atOnce(CLIENTS, award)).map(codeOf);
  const granted = codes.filter((code) => code === 'answered').length;
  expect(granted * 100 * worth).toBeLessThanOrEqual(2_000);
  expect(granted).toBeGreaterThan(0);
  expect(codes).toContain('RATE_LIMITED');
  const [counted] = await owner`
    SELECT max(used)::int AS used FROM onceward.limit_counters k JOIN onceward.names n ON n.no = k.limit AND n.kind = 4
     WHERE n.name = 'server:value' AND k.subject = onceward.register_actor('server', ${id})`;
  expect(counted?.used).toBeLessThanOrEqual(1_000);
});

it('E23 makes no claim of another type or a larger amount than the scope of the token and the registry allow, in bulks neither', async () => {
  const playerId = await seasonedPlayer();
  const [types, small] = [{ claimTypes: ['pve_victory'] }, { largestAmount: 10 }];
  const tokens = [
    await serverToken('arena-1', types),
    await serverToken(await registerServer(types)),
    await serverToken('arena-1', small),
    await serverToken(await registerServer(small)),
  ];
  for (const [nth, token] of tokens.entries()) {
    const server = withToken(token);
    const cup = {
      playerId,
      type: 'tournament_reward',
      key: fresh('cup'),
      facts: { rank: 1, participants: 16 },
    };
    const refused = await writingNothing(playerId, () => server.claimReward(cup));
    expect(refused.errors?.[0]?.message).toContain('outside the scope');
    expect(codeOf(refused)).toBe('FORBIDDEN');
    expect(codeOf(await writingNothing(playerId, () => server.previewClaim(cup)))).toBe('FORBIDDEN');
    expect(codeOf(await writingNothing(playerId, () => server.announceReward(cup)))).toBe('FORBIDDEN');
    if (nth < 2) continue;
    const item = (amount: number) => ({
      playerId,
      item: `of-${amount}`,
      gives: [{ resource: 'lumees', amount }],
    });
    const input = { campaign: fresh('occasion'), items: [item(11), item(10)], reason };
    const bulk = resultAs(await server.grantMany(input), 'GrantManyReceipt');
    expect(bulk.items.map(({ result }) => result)).toMatchObject([
      { __typename: 'ItemFailed' },
      { __typename: 'Receipt' },
    ]);
  }
});

it('E23 accepts a server with its keys alone', async () => {
  const playerId = await seasonedPlayer();
  const own = asServer(await registerServer({ keyIds: [TOKEN_KEY_ID] }));
  const stranger = asServer(await registerServer({ keyIds: ['another-key'] }));
  receiptOf(await own.claimReward(victory(playerId)));
  const attempts: readonly (() => Promise<Parameters<typeof faultOf>[0]>)[] = [
    () => stranger.claimReward(victory(playerId)),
    () => stranger.player({ id: playerId }),
    () => stranger.events({ first: 1 }),
  ];
  for (const send of attempts)
    expect((await writingNothing(playerId, send)).errors?.[0]?.message).toContain('key that signed');
});

it('E23 waits for a second member where a server may do more, and bounds it at once where it may do less', async () => {
  const [adminId, serverId] = [await addStaffMember(fresh('admin'), { role: 'admin' }), fresh('server')];
  const [admin, second, playerId] = [asStaff(adminId), await newAdmin(), await seasonedPlayer()];
  const set = async (bounds: object) =>
    resultAs(await admin.setServer({ serverId, reason, ...bounds }), 'GameServerReceipt').server;
  expect(await set({ claimsPerHour: 100, operations: ['claimReward', 'player'] })).toMatchObject({
    claimsPerHour: 100,
    operations: ['claimReward', 'player'],
    proposalId: null,
  });
  const lower = { claimsPerHour: 50, operations: ['player'] };
  expect(await set(lower)).toMatchObject(lower);
  expect(faultOf(await asServer(serverId).claimReward(victory(playerId))).code).toBe('FORBIDDEN');
  const raised = { claimsPerHour: 60, operations: ['player'] };
  const proposed = await set(raised);
  expect(proposed).toMatchObject(lower);
  const proposalId = proposed.proposalId as number;
  expect(resultOf(await admin.approveProposal({ proposalId, reason })).__typename).toBe('ProposalRefused');
  resultAs(await second.approveProposal({ proposalId, reason }), 'ProposalReceipt');
  expect(await set(raised)).toMatchObject({ ...raised, proposalId: null });
  expect((await auditEvents(adminId)).map(({ action }) => action)).toContain('setServer');
});
