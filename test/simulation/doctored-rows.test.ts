import { expect, test } from 'vitest';
import type { ReceiptSeen } from '../../simulation/clients/journal.ts';
import { type Doctored, foundAfter, granted, hot, last, other, receipts } from './scene.ts';
import { type Mutable, world } from './sound-history.ts';

const DOCTORED: Doctored = [
  [
    'I1',
    'a balance is one too high',
    ({ rows }) => {
      last(rows.balances).amount += 1;
    },
  ],
  [
    'I1',
    'a balance is gone',
    ({ rows }) => {
      rows.balances.pop();
    },
  ],
  [
    'I2',
    'a sequence is left out',
    ({ rows }) => {
      last(rows.entries).sequence += 1;
    },
  ],
  [
    'I2',
    'two receipts begin at the same balance',
    (history) => {
      const [first, second] = receipts(history).filter(
        ({ receipt }) => !receipt.replayed && receipt.claim.playerId === hot,
      );
      const [before] = (first as { receipt: Mutable<ReceiptSeen> }).receipt.changes as [
        Mutable<ReceiptSeen>['changes'][0],
      ];
      Object.assign((second as { receipt: Mutable<ReceiptSeen> }).receipt.changes[0] as object, {
        before: before.before,
        after: before.after,
      });
    },
  ],
  [
    'I3',
    'an entry does not add up',
    ({ rows }) => {
      last(rows.entries).delta += 1;
    },
  ],
  [
    'I3',
    'a receipt does not add up',
    (history) => {
      (last(receipts(history)).receipt.changes[0] as { delta: number }).delta += 1;
    },
  ],
  [
    'I4',
    'an entry has no claim',
    ({ rows }) => {
      last(rows.entries).claimId = 'nobody’s';
    },
  ],
  [
    'I4',
    'a claim moved more than its config gives, everywhere alike',
    (history) => {
      // The chain is sound, the sums are right, the receipt agrees: only the rules can tell.
      const { receipt } = last(
        receipts(history).filter(({ receipt: { claim } }) => claim.playerId === other),
      );
      const changes = [receipt.changes[0], history.rows.entries.find(({ player: whose }) => whose === other)];
      for (const change of changes)
        Object.assign(change as object, { after: 1_000, delta: 1_000, requested: 1_000 });
      for (const balance of history.rows.balances)
        if (balance.player === other && balance.resource === 'lumees') balance.amount = 1_000;
      for (const balance of receipt.player.balances)
        if (balance.resource === 'lumees') balance.amount = 1_000;
    },
  ],
  [
    'I4',
    'a config that nobody published',
    ({ rows }) => {
      last(rows.claims).configVersion = 99;
    },
  ],
  [
    'I4',
    'a player stands at a version that no claim made',
    ({ rows }) => {
      last(rows.players).version += 1;
    },
  ],
  [
    'I5',
    'one claim is granted twice',
    (history) => {
      const [first, second] = granted(history, 'claimReward') as unknown as [
        { key: string },
        { key: string },
      ];
      second.key = first.key;
    },
  ],
  [
    'I5',
    'two receipts name one claim with two IDs',
    (history) => {
      const [, , second] = receipts(history);
      (second as { receipt: Mutable<ReceiptSeen> }).receipt.claim.key = 'first';
    },
  ],
  [
    'I5',
    'one key has two claims',
    ({ rows }) => {
      rows.claims.push({ ...last(rows.claims), id: 'another' });
    },
  ],
  [
    'I9',
    'a level-up gives a point too few',
    ({ rows }) => {
      const entry = rows.entries.find(({ resource }) => resource === 'stat_points') as { delta: number };
      entry.delta -= 1;
    },
  ],
  [
    'I10',
    'an award is not audited',
    ({ rows }) => {
      rows.audit.shift();
    },
  ],
  [
    'I10',
    'an award is audited as somebody else’s',
    ({ rows }) => {
      (rows.audit[0] as { actorId: string }).actorId = world.staff.chief.id;
    },
  ],
  [
    'I10',
    'the log says otherwise',
    (history) => {
      history.log[last(history.attempts).correlationId] = 'UNAVAILABLE';
    },
  ],
  [
    'I10',
    'an auditor awards',
    (history) => {
      const [award] = receipts(history).filter(({ attempt }) => attempt.intent.operation === 'manualReward');
      Object.assign((award as { attempt: { intent: object } }).attempt.intent, { refusal: 'FORBIDDEN' });
    },
  ],
  [
    'I11',
    'two awards found the same amount spent',
    ({ rows }) => {
      (rows.audit[1] as { spentBefore: number }).spentBefore = 0;
    },
  ],
  [
    'I11',
    'the day’s book is short',
    ({ rows }) => {
      (rows.budgets[0] as { spent: number }).spent -= 1;
    },
  ],
  [
    'I11',
    'an award beyond the limit',
    (history) => {
      // As if the limit had been looked at before the award grew.
      for (const attempt of history.attempts)
        if (attempt.intent.operation === 'manualReward' && attempt.answer?.kind === 'receipt')
          Object.assign(attempt.intent.input, { grants: [{ resource: 'credits', amount: 999 }] });
    },
  ],
];

test.each(DOCTORED)('%s is found broken where %s', (invariant, _, doctor) => {
  expect(foundAfter(doctor)).toContain(invariant);
});
