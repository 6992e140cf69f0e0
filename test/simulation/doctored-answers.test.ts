import { expect, test } from 'vitest';
import type { Attempt } from '../../simulation/clients/journal.ts';
import { judgeAll } from './judge-all.ts';
import { type Doctored, foundAfter, granted, last, receipts, rejections, soundHistory } from './scene.ts';
import type { Mutable } from './sound-history.ts';

test('a history without a fault has none, and every invariant is looked at', () => {
  expect(judgeAll(soundHistory())).toEqual({ findings: [], unchecked: [] });
});

const DOCTORED: Doctored = [
  [
    'I0',
    'a forged token is answered as if it might',
    (history) => {
      const [refused] = history.attempts.filter(({ intent }) => intent.refusal) as [Mutable<Attempt>];
      refused.answer = { kind: 'fault', code: 'FORBIDDEN', retryable: false };
    },
  ],
  [
    'I0',
    'a defect shows',
    (history) => {
      last(history.attempts).answer = { kind: 'fault', code: 'INTERNAL', retryable: true };
    },
  ],
  [
    'I6',
    'an acknowledged claim is gone',
    (history) => {
      const [gone] = granted(history, 'spendStatPoints');
      history.rows.claims = history.rows.claims.filter((claim) => claim !== gone);
    },
  ],
  [
    'I6',
    'the ledger kept another amount than was told',
    (history) => {
      (last(receipts(history)).receipt.changes[0] as { requested: number }).requested += 1;
    },
  ],
  [
    'I6',
    'a receipt shows the level of another day',
    (history) => {
      last(receipts(history)).receipt.levelAfter += 1;
    },
  ],
  [
    'I7',
    'a replay shows other numbers',
    (history) => {
      const replay = last(receipts(history).filter(({ receipt }) => receipt.replayed));
      replay.receipt.levelAfter += 1;
    },
  ],
  [
    'I7',
    'a replay says that it did the work',
    (history) => {
      const replay = last(receipts(history).filter(({ receipt }) => receipt.replayed));
      replay.receipt.replayed = false;
    },
  ],
  [
    'I7',
    'a key answers other input with its outcome',
    (history) => {
      const [reused] = rejections(history, 'IdempotencyKeyReused');
      reused.answer = (receipts(history)[0] as { attempt: Attempt }).attempt.answer as Mutable<
        Attempt['answer']
      >;
    },
  ],
  [
    'I7',
    'a claim that nobody was told of',
    (history) => {
      const [first] = rejections(history, 'InsufficientBalance');
      first.answer = { kind: 'lost', why: 'a test' };
    },
  ],
  [
    'I8',
    'a "no" is recorded as granted',
    (history) => {
      const [refused] = rejections(history, 'InsufficientBalance');
      const claim = history.rows.claims.find(({ idempotencyKey }) => idempotencyKey === refused.intent.key);
      (claim as { outcome: string }).outcome = 'granted';
    },
  ],
  [
    'I8',
    'a "no" that was wrong',
    (history) => {
      const [refused] = rejections(history, 'InsufficientBalance');
      refused.answer = {
        kind: 'rejected',
        rejection: {
          kind: 'InsufficientBalance',
          details: { resource: 'stat_points', available: 0, required: 1_000 },
        },
        correlationId: refused.correlationId,
        original: null,
      };
    },
  ],
  [
    'I8',
    'a forged token left a claim behind',
    (history) => {
      const [refused] = history.attempts.filter(({ intent }) => intent.refusal) as [Mutable<Attempt>];
      history.rows.claims.push({
        ...last(history.rows.claims),
        id: 'forged',
        idempotencyKey: refused.intent.key,
        outcome: 'rejected',
      });
    },
  ],
  [
    'I12',
    'a read lags behind',
    (history) => {
      const [read] = history.reads as unknown as [{ seen: { version: number } }];
      read.seen.version -= 1;
    },
  ],
  [
    'I12',
    'a read shows a balance of another version',
    (history) => {
      const [read] = history.reads as unknown as [{ seen: { balances: Record<string, number> } }];
      read.seen.balances.lumees = 0;
    },
  ],
  [
    'I12',
    'a claim is made at a version older than one that was told',
    (history) => {
      const { attempt, receipt } = last(receipts(history));
      attempt.floorVersion = receipt.claim.playerVersion;
    },
  ],
];

test.each(DOCTORED)('%s is found broken where %s', (invariant, _, doctor) => {
  expect(foundAfter(doctor)).toContain(invariant);
});
