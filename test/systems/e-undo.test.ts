/** Row E15: an incident is undone. */
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import { serveExample } from '../support/worker/balance.ts';
import { admin } from '../support/worker/campaigns.ts';
import { asServer, receiptOf, rejectionOf, resultAs, resultOf } from '../support/worker/client.ts';
import { currentWorker } from '../support/worker/cold-worker.ts';
import { ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';
import { approvedUndo, newUndo, supporter, undoIn } from '../support/worker/undo.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(serveExample);

const won = (players: readonly string[]) => ({ type: victory.type, players });

/** A player who has won that often, and may have bought something for 300 auric coins. */
async function winner(times = 2, buys?: string): Promise<string> {
  const playerId = await seasonedPlayer();
  for (let cup = 1; cup < times; cup += 1)
    receiptOf(await asServer().claimReward({ ...victory, playerId, key: `cup-${cup}` }));
  if (buys) receiptOf(await asServer().exchange({ playerId, exchange: buys }));
  return playerId;
}

const reversalsOf = (playerId: string) => owner`
  SELECT 1 FROM onceward.claims_by_name WHERE player_id = ${playerId} AND claim_type = 'reversal'`;

it('E15 reverses what a filter selects as single reversals would, and its report agrees with dry run and ledger', async () => {
  const by = await supporter();
  const players = await Promise.all([winner(), winner(5, 'buy_summon_token'), winner()]);
  const twin = await winner(5, 'buy_summon_token');
  const newestFirst = resultOf(await by.claims({ playerId: twin })).edges.map(({ node }) => node.claim);
  const single = { playerId: twin, ifInsufficient: 'DEBT', reason: 'a wrong formula' } as const;
  for (const { id } of newestFirst.filter(({ type }) => type === victory.type))
    receiptOf(await by.reverseClaim({ ...single, claimId: id }));
  const { id, ...ready } = await approvedUndo({ filter: won(players) }, by);
  expect(ready).toMatchObject({ claims: 9, players: 3, checked: 9 });
  resultAs(await by.runUndo({ undoId: id }), 'UndoReceipt');
  const done = await undoIn(by, id, 'done');
  expect(done.result).toMatchObject({ reversed: 9, refused: [], debts: 1 });
  expect(done.result).toEqual(done.forecast);
  const after = await Promise.all([...players, twin].map(ledgerState));
  expect(after[1]?.balances).toEqual(after[3]?.balances);
  expect(after[1]?.balances.auric_coins).toBe(-300);
  expect(after.map(({ balances }) => balances.experience ?? 0)).toEqual([0, 0, 0, 0]);
  for (const player of players) expect(await ledgerFaults(player)).toEqual([]);
  const listed = resultOf(await by.undoPlayers({ undoId: id, first: 20 })).edges.map(({ node }) => node);
  expect(listed.find(({ playerId }) => playerId === players[1])?.differs).toContain('debt');
  expect(listed.map(({ differs }) => differs)).toEqual(listed.map(({ forecast }) => forecast));
});

it('E15 moves nothing before another staff member approves, and runs once', async () => {
  const by = await admin();
  const player = await winner();
  const before = await ledgerState(player);
  const { id } = await newUndo({ filter: won([player]) }, by);
  const ready = await undoIn(by, id, 'ready');
  expect(ready.forecast).toMatchObject({ reversed: 2, refused: [], debts: 0 });
  const { proposalId } = resultAs(await by.runUndo({ undoId: id }), 'UndoReceipt').undo;
  const approval = { proposalId: proposalId ?? 0, reason: 'it is mine' };
  expect(rejectionOf(await by.approveProposal(approval), 'ProposalRefused').why).toBe('OWN');
  expect(resultAs(await by.runUndo({ undoId: id }), 'UndoReceipt').undo.state).toBe('ready');
  expect(await ledgerState(player)).toEqual(before);
  resultAs(await (await supporter()).approveProposal(approval), 'ProposalReceipt');
  const starts = await atOnce(8, () => by.runUndo({ undoId: id }));
  expect(starts.filter(({ result }) => result?.__typename === 'UndoReceipt')).toHaveLength(1);
  await undoIn(by, id, 'done');
  expect(await reversalsOf(player)).toHaveLength(2);
});

it('E15 names an undo that was done or cancelled before, and reverses no claim twice', async () => {
  const by = await supporter();
  const player = await winner();
  const { id } = await approvedUndo({ filter: won([player]) }, by);
  resultAs(await by.runUndo({ undoId: id }), 'UndoReceipt');
  await undoIn(by, id, 'done');
  for (const again of [by.runUndo({ undoId: id }), by.cancelUndo({ undoId: id })])
    expect(rejectionOf(await again, 'UndoRefused')).toMatchObject({ undoId: id, why: 'DONE' });
  const second = await newUndo({ filter: won([player]) }, by);
  const ready = await undoIn(by, second.id, 'ready');
  expect(ready.forecast).toMatchObject({
    reversed: 0,
    refused: [{ why: 'already_claimed', claims: 2 }],
    debts: 0,
  });
  resultAs(await by.cancelUndo({ undoId: second.id }), 'UndoReceipt');
  const cancelled = await by.cancelUndo({ undoId: second.id });
  expect(rejectionOf(cancelled, 'UndoRefused')).toMatchObject({ undoId: second.id, why: 'CANCELLED' });
  expect(await reversalsOf(player)).toHaveLength(2);
});

it('E15 selects nothing where nothing fits, and does not run', async () => {
  const by = await supporter();
  const { id } = await newUndo({ filter: won([fresh('nobody')]) }, by);
  expect(await undoIn(by, id, 'ready')).toMatchObject({ claims: 0, players: 0 });
  expect(rejectionOf(await by.runUndo({ undoId: id }), 'UndoRefused').why).toBe('EMPTY');
  const [newest] = resultOf(await by.undos({ first: 1 })).edges;
  expect(newest?.node).toEqual(resultOf(await by.undo({ id: newest?.node.id ?? 0 })));
  expect(resultOf(await by.undos({ first: 100 })).edges.map(({ node }) => node.id)).toContain(id);
});

it('E15 goes on by the schedule where what drove the dry run or the undo has died, and reverses each claim once', async () => {
  const by = await supporter();
  const players = await Promise.all([winner(), winner(3)]);
  const { id } = await approvedUndo({ filter: won(players) }, by);
  const runSchedule = () => currentWorker().scheduled(createScheduledController(), env as unknown as Env);
  // As if the Worker had died an hour ago, when half of the dry run was done.
  await owner`
    UPDATE onceward.undos SET state = 'checking', forecast = '{}', checked = 0, stepped_at = now() - interval '1 hour'
     WHERE no = ${id}`;
  await owner`UPDATE onceward.undo_claims SET forecast = NULL WHERE undo = ${id} AND place > 2`;
  await runSchedule();
  expect(await undoIn(by, id, 'ready', 'checking')).toMatchObject({ state: 'ready' });
  expect(await Promise.all(players.map(reversalsOf))).toEqual([[], []]);
  await owner`
    UPDATE onceward.undos SET state = 'running', run_by = made_by, started_at = now(), stepped_at = now() - interval '1 hour'
     WHERE no = ${id}`;
  await Promise.all([runSchedule(), runSchedule()]);
  expect((await undoIn(by, id, 'done', 'running')).result).toMatchObject({ reversed: 5, refused: [] });
  expect((await Promise.all(players.map(reversalsOf))).map((found) => found.length)).toEqual([2, 3]);
  for (const player of players) expect(await ledgerFaults(player)).toEqual([]);
});
