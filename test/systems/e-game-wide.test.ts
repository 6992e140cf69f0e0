// Keys and stocks of the whole game. Stocks in stripes are tested with the Worker's role: the API uses one counter for each.
import { env } from 'cloudflare:workers';
import { neon } from '@neondatabase/serverless';
import { beforeAll, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import {
  CONTRACT_VERSION,
  type KernelAnswer,
  type KernelLimitUse,
  type KernelOperation,
  type KernelOutcome,
} from '../../src/ledger/kernel-contract.ts';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import { asServer, resultOf } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { atOnce, receiptsIn, tally } from '../support/worker/waves.ts';

const app = neon((env as unknown as Env).DATABASE_URL);
const MOST = Number.MAX_SAFE_INTEGER;

/** A claim of 5 auric coins by a new player. */
function claim(playerId: string, over: Partial<KernelOperation> = {}): KernelOperation {
  return {
    mode: 'commit',
    name: 'claimReward',
    player: playerId,
    creates_player: true,
    actor_kind: 'server',
    actor_id: 'shop',
    permission: 'reward:claim',
    idempotency_key: freshKey(),
    fingerprint: '00000000-0000-0000-0000-000000000001',
    input: {},
    correlation_id: crypto.randomUUID(),
    client_correlation_id: null,
    reason: null,
    config_version: null,
    config_sha256: null,
    holds_from: '-infinity',
    holds_until: 'infinity',
    claim_type: 'attendance_bonus',
    claim_key: 'order-1',
    source_keys: [],
    expected_version: null,
    decided_on: null,
    facts_read: null,
    zones_seen: null,
    zones_next: null,
    rejection: null,
    source: 'postings',
    resources: ['auric_coins'],
    postings: [
      {
        resource: 'auric_coins',
        delta: 5,
        floor: 0,
        ceiling: MOST,
        ceiling_per_unit: 0,
        ceiling_of: null,
        clamp: false,
      },
    ],
    requires: [],
    advances: [],
    choices: [],
    milestones: false,
    counterparty: null,
    counterparty_postings: [],
    limits: [],
    age: null,
    staff: null,
    units: 1,
    announces: null,
    reverses: null,
    redeems: null,
    on_full: null,
    shown: [],
    accepts_gifts: null,
    freezes: null,
    occurred_at: null,
    server: null,
    merges: null,
    ...over,
  };
}

/** Past the role's lock_timeout or statement_timeout, which happens on a loaded machine when all wait for one counter. */
const TIMED_OUT = ['55P03', '57014'];

/** Like a client, sends the same operations again when they waited too long. */
async function commit(operations: readonly KernelOperation[]): Promise<KernelOutcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await commitOnce(operations);
    } catch (error) {
      if (attempt === 5 || !TIMED_OUT.includes((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

/** Commits the operations in one call, under the current config. */
async function commitOnce(operations: readonly KernelOperation[]): Promise<KernelOutcome[]> {
  const rows = await app`
    SELECT onceward.commit_operations(${CONTRACT_VERSION}, (
      SELECT jsonb_agg(o || jsonb_build_object('config_version', c.version, 'config_sha256', c.sha256))
        FROM jsonb_array_elements(${JSON.stringify(operations)}) AS o, (
          SELECT version, sha256 FROM onceward.balance_configs WHERE effective_from <= clock_timestamp()
           ORDER BY effective_from DESC, version DESC LIMIT 1) AS c), '{}') AS answer`;
  return [...(rows[0]?.answer as KernelAnswer).outcomes];
}

/** Sends each operation once, all at once: half of the calls have one operation, the others four. */
async function commitAtOnce(operations: readonly KernelOperation[]): Promise<KernelOutcome[]> {
  const calls: KernelOperation[][] = [];
  for (let sent = 0; sent < operations.length; sent += calls.at(-1)?.length ?? 0)
    calls.push(operations.slice(sent, sent + (calls.length % 2 ? 4 : 1)));
  const outcomes = await atOnce(calls.length, (index) => commit(calls[index] ?? []));
  return outcomes.flat();
}

const kinds = (outcomes: readonly KernelOutcome[]) => {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const kind = outcome.kind === 'rejected' ? outcome.rejection.kind : outcome.kind;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

beforeAll(serveExample);

it('E3 grants a store transaction once in the whole game under 64 concurrent claims of two players', async () => {
  const players = [fresh('player'), fresh('player')];
  const facts = { store: 'apple', transaction: fresh('transaction'), coins: 500 };
  const keys = Array.from({ length: 64 }, freshKey);
  const send = (index: number) =>
    asServer(`shop-${index % 3}`).claimReward(
      { type: 'store_purchase', key: facts.transaction, facts, playerId: players[index % 2] as string },
      { key: keys[index] },
    );
  const results = (await atOnce(64, send)).map(resultOf);
  expect(tally(results)).toEqual({ Receipt: 1, AlreadyClaimed: 63 });

  const winner = results.findIndex(({ __typename }) => __typename === 'Receipt') % 2;
  const [paid] = receiptsIn(results);
  const secrets = [players[winner], paid?.claim.id, paid?.correlationId, paid?.claim.idempotencyKey];
  for (const [index, result] of results.entries()) {
    if (result.__typename !== 'AlreadyClaimed') continue;
    // The winner's other requests show the winner's claim. The loser learns that it was taken, and nothing else.
    if (index % 2 === winner) {
      expect(result).toMatchObject({ original: { id: paid?.claim.id }, changes: paid?.changes });
      continue;
    }
    const sourceKey = { type: 'auric_coins', key: `5:apple${facts.transaction.length}:${facts.transaction}` };
    expect(result).toMatchObject({ original: null, changes: [], sourceKey });
    expect(result.message).toMatch(/already given to another player/);
    for (const secret of secrets) expect(JSON.stringify(result)).not.toContain(secret);
  }
  const states = await Promise.all(players.map(ledgerState));
  expect(states[winner]).toMatchObject({ granted: 1, rejected: 31, balances: { auric_coins: 500 } });
  expect(states[1 - winner]).toMatchObject({ version: null, granted: 0, rejected: 32, balances: {} });
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);

  // Every key keeps its answer.
  const replays = (await atOnce(64, send)).map(resultOf);
  expect(replays).toEqual(
    results.map((result) => (result.__typename === 'Receipt' ? { ...result, replayed: true } : result)),
  );
});

async function sellOut(stripes: number): Promise<void> {
  const limit = `stock:${fresh('hat')}`;
  // Claims since then would count: those of earlier tests do not.
  const since = new Date().toISOString();
  const stock = { limit, period: 'ever', since, claim_types: ['attendance_bonus'], resource: null };
  await publish(
    changedExample(() => {}),
    [{ ...stock, bound: 100, stripes }],
  );
  const use: KernelLimitUse = {
    kind: 'game',
    name: limit,
    period: stock.period,
    since: stock.since,
    claim_type: 'attendance_bonus',
    shares_with: null,
    about: null,
    resource: null,
    amount: 1,
    // The caller cannot raise the bound.
    bound: MOST,
    rejection: 'stock',
    renews_at: null,
  };
  const buyers = Array.from({ length: 200 }, () => fresh('player'));
  const orders = buyers.map((playerId) => claim(playerId, { limits: [use] }));
  expect(kinds(await commitAtOnce(orders))).toEqual({ granted: 100, limit_exceeded: 100 });
  // Retries take no further piece.
  expect(kinds(await commitAtOnce(orders))).toEqual({ granted: 100, limit_exceeded: 100 });

  const used =
    await owner`SELECT sum(used)::int AS used FROM onceward.limits_by_name WHERE "limit" = ${limit}`;
  expect(used).toEqual([{ used: 100 }]);
  const states = await Promise.all(buyers.map(ledgerState));
  expect(states.filter(({ balances }) => balances.auric_coins === 5)).toHaveLength(100);
}

it('E3 sells exactly 100 pieces of a stock to 200 concurrent buyers', () => sellOut(1));

it('E3 sells exactly 100 pieces of a stock in 8 stripes', () => sellOut(8));
