import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember } from '../support/worker/ledger-state.ts';
import { claimReward, type Result, resultOf, spendStatPoints } from '../support/worker/mutations.ts';
import { victory } from '../support/worker/scenes.ts';
import { fresh, playerToken, send, serverToken, staffToken } from '../support/worker/service.ts';
import { holder, movingNeither, transfer } from '../support/worker/transfers.ts';
import { type PageArguments, readAll, readPage } from './queries/history.ts';

/** Numbers that stand for nothing else: where one of them shows, a balance was told. */
const GIVER_HAS = 70_007_177;
const GIFT = 10;

let [giver, taker] = ['', ''];
let [givers, takers, strangers, server, staff] = ['', '', '', '', ''];
/** The transfers, in order; and every version of the one who gets. */
const gifts: Result[] = [];

beforeAll(async () => {
  await serveExample();
  [giver, taker] = [await holder({ 'shards:fire': 500 }), await holder({ lumees: 9 })];
  [givers, takers] = [await playerToken(giver), await playerToken(taker)];
  [strangers, server] = [await playerToken(fresh('player')), await serverToken()];
  staff = await staffToken(await addStaffMember(fresh('staff')));
  for (let round = 0; round < 6; round += 1) {
    // The giver is busy besides: their versions are far from the other one's.
    resultOf(await claimReward({ ...victory, playerId: giver, key: `cup-${round + 1}` }, { token: server }));
    resultOf(await spendStatPoints({ energy: 1 }, { token: givers }));
    const gift = { amount: GIFT + round, resource: 'shards:fire' };
    gifts.push(resultOf(await transfer(giver, taker, gift)));
    if (round % 2) resultOf(await spendStatPoints({ health: 1 }, { token: takers }));
    if (round === 3) resultOf(await transfer(taker, giver, { amount: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}, 60_000);

/** What a claim is called here: its type, and of a transfer whether the player got it. */
const names = (nodes: Record<string, unknown>[], playerId: string) =>
  nodes.map((node) => {
    const { claim } = node as { claim: { type: string; playerId?: string; id: string } };
    return gifts.some((gift) => gift.claim.id === claim.id) && playerId === taker ? 'got' : claim.type;
  });

describe('the recipient’s claims', () => {
  it('hold what they got among what they did, newest first, each with the version and the changes of their own', async () => {
    const nodes = await readAll('claims', taker, { size: 100 }, takers);
    expect(names(nodes, taker)).toEqual(
      [
        ...['tournament_reward', 'manual_reward'],
        ...['got', 'got', 'spend_stat_points', 'got', 'got', 'spend_stat_points', 'transfer'],
        ...['got', 'got', 'spend_stat_points'],
      ].toReversed(),
    );
    const versions = nodes.map((node) => (node as Result).claim.playerVersion);
    expect(versions).toEqual(versions.map((_, index) => nodes.length - index));
    const got = nodes.filter((_, index) => names(nodes, taker)[index] === 'got') as Result[];
    expect(got.map(({ changes }) => changes)).toEqual(
      gifts.map((_, round) => [{ resource: 'shards:fire', delta: GIFT + round }]).toReversed(),
    );
    // Whoever sees all sees the same.
    for (const token of [server, staff])
      expect(await readAll('claims', taker, { size: 100 }, token)).toEqual(nodes);
  });

  it('come in pages of any size, from either end, of both players', async () => {
    for (const [playerId, token] of [
      [taker, server],
      [giver, server],
    ] as const) {
      const all = await readAll('claims', playerId, { size: 100 }, token);
      expect(all.length).toBeGreaterThan(10);
      for (const [size, backward] of [
        [1, false],
        [3, false],
        [4, true],
      ] as const)
        expect(await readAll('claims', playerId, { size, backward }, token)).toEqual(all);
    }
  });

  it('can be filtered by type, resource and time, together and alone', async () => {
    const all = (await readAll('claims', taker, { size: 100 }, takers)) as Result[];
    const third = gifts[2].claim.claimedAt as string;
    const later = ({ claim }: Result) => claim.claimedAt >= third;
    const fire = ({ changes }: Result) => changes.some(({ resource }: Result) => resource === 'shards:fire');
    const filters: [object, (node: Result) => boolean][] = [
      [{ claimType: 'transfer' }, ({ claim }) => claim.type === 'transfer'],
      [{ resource: 'shards:fire' }, fire],
      [
        { resource: 'lumees', claimType: 'transfer' },
        (node) => node.claim.type === 'transfer' && !fire(node),
      ],
      [{ from: third }, later],
      [{ to: third }, (node) => !later(node)],
      [{ from: third, resource: 'shards:fire', claimType: 'transfer' }, (node) => later(node) && fire(node)],
    ];
    for (const [filter, kept] of filters) {
      const expected = all.filter(kept);
      expect(expected.length).toBeGreaterThan(0);
      for (const [size, backward] of [
        [2, false],
        [3, true],
      ] as const)
        expect(await readAll('claims', taker, { size, backward, filter }, server)).toEqual(expected);
    }
    // The resource counts on this player's side alone: the giver's cups gave the taker nothing.
    expect(
      await readAll('claims', taker, { size: 5, filter: { resource: 'levels_paid' } }, server),
    ).toHaveLength(1);
  });
});

describe('an entry of the recipient’s ledger', () => {
  it('names the claim and who gave it, at the version of the recipient', async () => {
    const query = `query($id: PlayerId!) { ledger(playerId: $id, filter: { resource: "shards:fire" }) { edges { node {
      sequence before after delta cause playerVersion claim { id type playerId counterpartyId playerVersion } } } } }`;
    const { data } = await send(query, { id: taker }, { token: takers });
    const nodes = data.ledger.edges.map(({ node }: Result) => node).toReversed();
    let before = 0;
    for (const [round, gift] of gifts.entries()) {
      const { playerVersion } = nodes[round];
      expect(nodes[round]).toEqual({
        ...{ sequence: round + 1, before, after: before + GIFT + round, delta: GIFT + round },
        ...{ cause: 'OPERATION', playerVersion },
        claim: { id: gift.claim.id, type: 'transfer', playerId: giver, counterpartyId: taker, playerVersion },
      });
      before += GIFT + round;
    }
  });
});

const CLAIM =
  'claim { id playerId counterpartyId playerVersion } changes { resource before after delta sequence }';
const ask = async (variables: object, token: string) =>
  send(
    `query($id: ID, $playerId: PlayerId, $type: ClaimType, $key: Text) { claim(id: $id, playerId: $playerId, type: $type, key: $key) { ${CLAIM} } }`,
    variables,
    { token },
  );

describe('one transfer', () => {
  it('is seen by its ID by both, each with their own changes, and by nobody else', async () => {
    const { claim, changes } = gifts[1];
    const seen = async (token: string) => (await ask({ id: claim.id }, token)).data.claim;
    const { requested: _, cutOff: __, cause: ___, ...given } = changes[0];
    expect(await seen(givers)).toMatchObject({
      claim: { playerVersion: claim.playerVersion },
      changes: [given],
    });
    expect(await seen(takers)).toEqual({
      claim: { id: claim.id, playerId: giver, counterpartyId: taker, playerVersion: 4 },
      changes: [{ resource: 'shards:fire', before: 10, after: 21, delta: 11, sequence: 2 }],
    });
    expect(await seen(strangers)).toBeNull();
    for (const token of [server, staff]) expect(await seen(token)).toEqual(await seen(givers));
  });

  it('is found by what was claimed among the claims of the one who made it alone', async () => {
    const { type, key } = gifts[1].claim;
    expect((await ask({ type, key }, givers)).data.claim.claim.id).toBe(gifts[1].claim.id);
    expect((await ask({ type, key }, takers)).data).toEqual({ claim: null });
    const named = await ask({ type, key, playerId: giver }, takers);
    expect(onlyError(named).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'playerId' });
  });

  it('is traced by the one who asked for it; the recipient sees nothing of another player’s request', async () => {
    const { correlationId } = gifts[1];
    const traced = async (token: string) => {
      const query = `query($id: CorrelationId!) { trace(correlationId: $id) {
        attempts { granted input claim { playerId counterpartyId } changes { resource delta } counterpartyChanges { before after } } audit { id } } }`;
      return (await send(query, { id: correlationId }, { token })).data.trace;
    };
    const attempt = {
      granted: true,
      input: { toPlayerId: taker, resource: 'shards:fire', amount: 11 },
      claim: { playerId: giver, counterpartyId: taker },
      changes: [{ resource: 'shards:fire', delta: -11 }],
    };
    const others = [{ before: 10, after: 21 }];
    for (const [token, counterpartyChanges] of [
      [givers, null],
      [server, others],
      [staff, others],
    ] as const)
      expect(await traced(token)).toEqual({ attempts: [{ ...attempt, counterpartyChanges }], audit: [] });
    for (const token of [takers, strangers]) expect(await traced(token)).toEqual({ attempts: [], audit: [] });
  });
});

describe('nobody who is a player sees the other’s balances', () => {
  it('in receipts and replays, in refusals, and in whatever a history can tell', async () => {
    const rich = await holder({ 'shards:water': 1 });
    const other = await holder();
    // Enough that a number of theirs would be seen anywhere.
    const token = await staffToken(
      await addStaffMember(fresh('staff'), { role: 'admin', limit: 2 * GIVER_HAS, budget: 2 * GIVER_HAS }),
    );
    const award = `mutation($input: ManualRewardInput!) { manualReward(input: $input) { __typename } }`;
    const grants = [{ resource: 'shards:fire', amount: GIVER_HAS }];
    await send(
      award,
      { input: { idempotencyKey: fresh('key'), playerId: rich, grants, reason: 'to be seen' } },
      { token },
    );
    const input = { idempotencyKey: fresh('key'), resource: 'shards:fire', amount: 5 };
    const [out, again] = [await transfer(rich, other, input), await transfer(rich, other, input)];
    const back = await transfer(other, rich, { resource: 'shards:fire', amount: 2 });
    const tooMuch = await movingNeither([other, rich], () =>
      transfer(other, rich, { resource: 'shards:fire', amount: 50 }),
    );
    for (const answer of [out, again, back]) expect(resultOf(answer).counterpartyChanges).toBeNull();
    expect(resultOf(out).player.id).toBe(rich);
    expect(resultOf(back).player.id).toBe(other);

    const own = await playerToken(other);
    const pages = await Promise.all([
      readAll('claims', other, { size: 50 }, own),
      readAll('ledger', other, { size: 50 }, own),
      ask({ id: resultOf(out).claim.id }, own),
      ask({ id: resultOf(back).claim.id }, own),
      send(
        'query($id: CorrelationId!) { trace(correlationId: $id) { attempts { input changes { after } } } }',
        {
          id: resultOf(out).correlationId,
        },
        { token: own },
      ),
    ]);
    const told = JSON.stringify([
      back.data,
      tooMuch.data,
      pages.map((page) => ('data' in page ? page.data : page)),
    ]);
    for (const balance of [GIVER_HAS, GIVER_HAS - 5, GIVER_HAS - 3])
      expect(told).not.toContain(String(balance));
    // It would be seen: the one whose balance it is does see it.
    expect(JSON.stringify(out.data)).toContain(String(GIVER_HAS));

    const theirs: PageArguments = { first: 1 };
    for (const list of ['ledger', 'claims'] as const)
      await expect(readPage(list, rich, theirs, own)).rejects.toThrow(/FORBIDDEN/);
  });
});
