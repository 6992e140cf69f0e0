import { expect, test } from 'vitest';
import type { Attempt } from '../../simulation/clients/journal.ts';
import type { Mutable } from './reference-service.ts';
import { runChecks } from './run-checks.ts';
import {
  granted,
  last,
  receipts,
  rejections,
  type Tampering,
  validHistory,
  violatedAfter,
} from './valid-history.ts';

test('finds no violation in a valid history, and checks every invariant', () => {
  expect(runChecks(validHistory())).toEqual({ findings: [], unchecked: [] });
});

const TAMPERED: Tampering = [
  [
    'I0',
    'a forged token is answered FORBIDDEN',
    (history) => {
      const [rejected] = history.attempts.filter(({ intent }) => intent.expectedFault) as [Mutable<Attempt>];
      rejected.answer = { kind: 'fault', code: 'FORBIDDEN', retryable: false, nothingDone: false };
    },
  ],
  [
    'I0',
    'a document with two mutations has a receipt',
    (history) => {
      Object.assign(last(receipts(history)).attempt, { secondMutation: 'alias' });
    },
  ],
  [
    'I8',
    'a document with two mutations is refused and recorded',
    (history) => {
      const answer = { kind: 'fault', code: 'BAD_USER_INPUT', retryable: false, nothingDone: false };
      Object.assign(last(receipts(history)).attempt, { secondMutation: 'fragment', answer });
    },
  ],
  [
    'I0',
    'an answer is INTERNAL',
    (history) => {
      last(history.attempts).answer = {
        kind: 'fault',
        code: 'INTERNAL',
        retryable: true,
        nothingDone: false,
      };
    },
  ],
  [
    'I8',
    'an answer says that nothing was done, but its claim is recorded',
    (history) => {
      const { attempt } = last(receipts(history));
      attempt.answer = { kind: 'fault', code: 'UNAVAILABLE', retryable: true, nothingDone: true };
    },
  ],
  [
    'I6',
    'an acknowledged claim is missing',
    (history) => {
      const [gone] = granted(history, 'spendStatPoints');
      history.rows.claims = history.rows.claims.filter((claim) => claim !== gone);
    },
  ],
  [
    'I6',
    'a receipt shows another requested amount than the ledger',
    (history) => {
      (last(receipts(history)).receipt.changes[0] as { requested: number }).requested += 1;
    },
  ],
  [
    'I6',
    'a receipt shows a wrong level',
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
    'a replay is not marked as replayed',
    (history) => {
      const replay = last(receipts(history).filter(({ receipt }) => receipt.replayed));
      replay.receipt.replayed = false;
    },
  ],
  [
    'I7',
    'a key with other input is answered with the outcome',
    (history) => {
      const [reused] = rejections(history, 'IdempotencyKeyReused');
      reused.answer = (receipts(history)[0] as { attempt: Attempt }).attempt.answer as Mutable<
        Attempt['answer']
      >;
    },
  ],
  [
    'I7',
    'no answer ever showed a recorded rejection',
    (history) => {
      const [first] = rejections(history, 'InsufficientBalance');
      first.answer = { kind: 'lost', why: 'a test' };
    },
  ],
  [
    'I8',
    'a rejection is recorded as granted',
    (history) => {
      const [rejected] = rejections(history, 'InsufficientBalance');
      const claim = history.rows.claims.find(({ idempotencyKey }) => idempotencyKey === rejected.intent.key);
      (claim as { outcome: string }).outcome = 'granted';
    },
  ],
  [
    'I8',
    'a rejection has wrong numbers',
    (history) => {
      const [rejected] = rejections(history, 'InsufficientBalance');
      rejected.answer = {
        kind: 'rejected',
        rejection: {
          kind: 'InsufficientBalance',
          details: { resource: 'stat_points', available: 0, required: 1_000 },
        },
        correlationId: rejected.correlationId,
        original: null,
      };
    },
  ],
  [
    'I8',
    'a request with a forged token is recorded',
    (history) => {
      const [rejected] = history.attempts.filter(({ intent }) => intent.expectedFault) as [Mutable<Attempt>];
      history.rows.claims.push({
        ...last(history.rows.claims),
        id: 'forged',
        idempotencyKey: rejected.intent.key,
        outcome: 'rejected',
      });
    },
  ],
  [
    'I12',
    'a read shows an older version than was acknowledged',
    (history) => {
      const [read] = history.reads as unknown as [{ seen: { version: number } }];
      read.seen.version -= 1;
    },
  ],
  [
    'I12',
    'a read shows a balance that does not belong to its version',
    (history) => {
      const [read] = history.reads as unknown as [{ seen: { balances: Record<string, number> } }];
      read.seen.balances.lumees = 0;
    },
  ],
  [
    'I12',
    'a claim is made at a version that was acknowledged before',
    (history) => {
      const { attempt, receipt } = last(receipts(history));
      attempt.acknowledgedVersion = receipt.claim.playerVersion;
    },
  ],
];

test.each(TAMPERED)('finds a violation of %s if %s', (invariant, _, tamper) => {
  expect(violatedAfter(tamper)).toContain(invariant);
});

test('accepts INTERNAL as the answer to the operation that a poison was injected into', () => {
  const answer = { kind: 'fault', code: 'INTERNAL', retryable: true, nothingDone: false } as const;
  const injected = { client: null, database: null, lane: 'poison' };
  expect(violatedAfter(({ attempts }) => Object.assign(last(attempts), { answer, injected }))).not.toContain(
    'I0',
  );
});
