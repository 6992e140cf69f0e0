import { expect, test } from 'vitest';
import { checkAnswers } from '../../simulation/batches/answers.ts';
import type { BatchDraw } from '../../simulation/batches/drafts.ts';
import { drawIntent } from '../../simulation/batches/draw.ts';
import { createBatchWorld, drawConfig, STOCK, stripeBound } from '../../simulation/batches/game.ts';
import type { BatchHistory } from '../../simulation/batches/history.ts';
import { judge } from '../../simulation/batches/judge.ts';
import type { BatchAttempt, BatchIntent, BatchOperation } from '../../simulation/batches/operation.ts';
import { newPlayer, type PlayerState } from '../../simulation/batches/player.ts';
import type { BatchState } from '../../simulation/batches/state.ts';
import { Tally } from '../../simulation/invariants/tally.ts';
import { Random } from '../../simulation/random.ts';

const world = createBatchWorld('t');
const config = { ...drawConfig(new Random('config')), everySeconds: null, opening: null };
const published = [{ version: 1, sha256: '', from: 0, config }];

function intents(count: number): BatchIntent[] {
  const random = new Random('batches');
  const earlier: BatchIntent[] = [];
  for (let number = 0; number < count; number += 1) {
    const draw: BatchDraw = { random, world, number, earlier, claims: [], versionOf: () => 0 };
    earlier.push(drawIntent(draw));
  }
  return earlier;
}

const drawn = intents(2_000);
const first = (matches: (operation: BatchOperation) => boolean): BatchOperation => {
  const found = drawn.find(({ operation, isPoison }) => !isPoison && matches(operation));
  if (!found) throw new Error('Nothing like it was drawn.');
  return { ...found.operation, expected_version: null };
};

function state(me: Partial<PlayerState>, rest: Partial<BatchState> = {}): BatchState {
  return {
    me: { ...newPlayer('me'), createdAt: 0, ...me },
    other: null,
    handle: 'aa'.repeat(10),
    stripe: 0,
    now: 1_000,
    version: 1,
    published,
    staff: null,
    sold: 0,
    taken: new Set(),
    ...rest,
  };
}

test('batches contain every kind of operation, and some that must fail', () => {
  expect(new Set(drawn.map(({ operation }) => operation.name)).size).toBe(7);
  expect(new Set(drawn.map(({ operation }) => operation.source)).size).toBe(4);
  expect(drawn.some(({ isPoison }) => isPoison)).toBe(true);
  expect(drawn.some(({ isForbidden }) => isForbidden)).toBe(true);
  expect(drawn.some(({ isStale }) => isStale)).toBe(true);
});

test('the stripes of a stock share its bound', () => {
  const bounds = Array.from({ length: STOCK.stripes }, (_, stripe) => stripeBound(stripe));
  expect(bounds.reduce((sum, bound) => sum + bound, 0)).toBe(STOCK.bound);
});

test('the model refuses a sale beyond the stock of its stripe', () => {
  const sale = first(({ limits }) => limits.some(({ kind }) => kind === 'game'));
  const rich = { balances: { gold: 1_000 } };
  expect(judge(sale, state(rich)).kind).toBe('granted');
  expect(judge(sale, state(rich, { sold: stripeBound(0) }))).toMatchObject({
    rejection: { kind: 'limit_exceeded', limit: 'stock', remaining: 0 },
  });
});

test('the model refuses an award beyond the budget that is left', () => {
  const staff = { budget: 100, spent: 99, relics: 0, awards: 0 };
  const fits = (award: BatchOperation) =>
    judge(award, state({}, { staff: { ...staff, spent: 0 } })).kind === 'granted';
  // Most of a clerk's awards are small enough.
  const award = first((one) => one.source === 'postings' && one.staff !== null && fits(one));
  expect(judge(award, state({}, { staff }))).toMatchObject({
    rejection: { limit: 'staff_daily_budget', remaining: 1 },
  });
});

test('the model refuses a key of the whole game that another player holds, without naming the claim', () => {
  const claim = first(
    ({ source, source_keys }) => source === 'postings' && source_keys.some(({ game }) => game),
  );
  const rich = { balances: { energy: 1_000 } };
  const [{ resource, key } = { resource: '', key: '' }] = claim.source_keys;
  expect(judge(claim, state(rich)).kind).toBe('granted');
  expect(judge(claim, state(rich, { taken: new Set([`game\n${resource}\n${key}`]) }))).toEqual({
    kind: 'rejected',
    rejection: {
      kind: 'already_claimed',
      number: null,
      sourceKey: { type: resource, key },
      reversedBy: null,
    },
  });
});

test('a claim that was made before may be reopened and then be made under a key whose refusal was not recorded', () => {
  const intent = drawn.find(({ isPoison, isForbidden }) => !isPoison && !isForbidden) as BatchIntent;
  const { player, idempotency_key: idempotencyKey, correlation_id: correlationId } = intent.operation;
  const granted = { handle: 'aa'.repeat(10), number: 2, version: 2, key: 'k', configVersion: 1 };
  const sent = { intent, sent: intent.operation, size: 1, began: 0, ended: 0 };
  const acknowledged = { acknowledgedConfig: 0, acknowledgedNumber: 0, acknowledgedOther: 0 };
  const claimed = { kind: 'already_claimed', number: 1, sourceKey: null, reversedBy: null };
  const attempts = [
    { kind: 'rejected', replayed: false, rejection: claimed, original: null },
    { kind: 'granted', replayed: false, ...granted, claimedAt: 1, changes: [], shown: {} },
  ].map((outcome, call) => ({ ...sent, ...acknowledged, call, outcome }) as unknown as BatchAttempt);
  const claims = [{ player, idempotencyKey, correlationId, ...granted }];
  const refusals = [{ player, idempotencyKey: 'another-key-of-a-batch', isKept: false, rejection: claimed }];
  const found = (recorded: readonly object[]) => {
    const tally = new Tally();
    const history = { attempts, rows: { claims, refusals: recorded }, refusalsPerDay: 1 };
    checkAnswers(tally, history as unknown as BatchHistory);
    return tally.findings.map(({ invariant }) => invariant);
  };
  expect(found(refusals)).toEqual([]);
  expect(found([...refusals, { ...refusals[0], idempotencyKey }])).toContain('I7');
});
