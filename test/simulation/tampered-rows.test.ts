import { expect, test } from 'vitest';
import type { Receipt } from '../../simulation/clients/journal.ts';
import { type Mutable, world } from './reference-service.ts';
import { granted, hot, last, other, receipts, type Tampering, violatedAfter } from './valid-history.ts';

const TAMPERED: Tampering = [
  [
    'I1',
    'a balance is one too high',
    ({ rows }) => {
      last(rows.balances).amount += 1;
    },
  ],
  [
    'I1',
    'a balance is missing',
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
    'two receipts show the same entry with different amounts',
    (history) => {
      const [first, second] = receipts(history).filter(
        ({ receipt }) => !receipt.replayed && receipt.claim.playerId === hot,
      );
      const [before] = (first as { receipt: Mutable<Receipt> }).receipt.changes as [
        Mutable<Receipt>['changes'][0],
      ];
      Object.assign((second as { receipt: Mutable<Receipt> }).receipt.changes[0] as object, {
        before: before.before,
        after: before.after,
      });
    },
  ],
  [
    'I3',
    'an entry’s delta is wrong',
    ({ rows }) => {
      last(rows.entries).delta += 1;
    },
  ],
  [
    'I3',
    'a receipt’s delta is wrong',
    (history) => {
      (last(receipts(history)).receipt.changes[0] as { delta: number }).delta += 1;
    },
  ],
  [
    'I4',
    'an entry has no claim',
    ({ rows }) => {
      last(rows.entries).number += 100;
    },
  ],
  [
    'I4',
    'a claim moved more than its config gives, in all records alike',
    (history) => {
      // Chains, sums and the receipt agree, so only the model can find it.
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
    'a claim names a config version that was never published',
    ({ rows }) => {
      last(rows.claims).configVersion = 99;
    },
  ],
  [
    'I4',
    'a player is at a number that no claim made',
    ({ rows }) => {
      last(rows.players).number += 1;
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
    'two receipts show the same type and key with different claim IDs',
    (history) => {
      const [, , second] = receipts(history);
      (second as { receipt: Mutable<Receipt> }).receipt.claim.key = 'first';
    },
  ],
  [
    'I5',
    'two claims have the same idempotency key',
    ({ rows }) => {
      rows.claims.push({ ...last(rows.claims), id: 'another' });
    },
  ],
  [
    'I9',
    'a level-up gives one point too few',
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
    'an award is audited with another staff member',
    ({ rows }) => {
      (rows.audit[0] as { actorId: string }).actorId = world.staff.chief.id;
    },
  ],
  [
    'I10',
    'a reward of a server is audited with another value',
    ({ rows }) => {
      last(rows.serverAudit).amount += 1;
    },
  ],
  [
    'I10',
    'the log has another code than the answer',
    (history) => {
      history.log[last(history.attempts).correlationId] = 'UNAVAILABLE';
    },
  ],
  [
    'I10',
    'an award without permission is granted',
    (history) => {
      const [award] = receipts(history).filter(({ attempt }) => attempt.intent.operation === 'manualReward');
      Object.assign((award as { attempt: { intent: object } }).attempt.intent, {
        expectedFault: 'FORBIDDEN',
      });
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
    'awards exceed the budget of a day',
    ({ rows }) => {
      (rows.audit[0] as { amount: number }).amount = 1_450;
    },
  ],
  [
    'I11',
    'the counter of a stock misses a sale',
    ({ rows }) => {
      const counter = rows.limitCounters.find(({ kind }) => kind === 'game') as { used: number };
      counter.used -= 1;
    },
  ],
  [
    'I11',
    'the counter of a server misses a reward',
    ({ rows }) => {
      rows.limitCounters = rows.limitCounters.filter(({ subject }) => !world.servers.includes(subject));
    },
  ],
  [
    'I11',
    'the counter of what a player received misses a gift',
    ({ rows }) => {
      const isReceived = ({ name }: { name: string }) => name.startsWith('received:');
      const counter = rows.limitCounters.find(isReceived) as { used: number };
      counter.used -= 1;
    },
  ],
  [
    'I11',
    'a staff member’s counter is too low',
    ({ rows }) => {
      for (const counter of rows.limitCounters) if (counter.name === 'staff:budget') counter.used -= 1;
    },
  ],
  [
    'I17',
    'the sums of the economy miss a claim',
    ({ sums }) => {
      const name = Object.keys(sums).find((each) => each.startsWith('claims')) ?? '';
      delete sums[name];
    },
  ],
  [
    'I17',
    'the sums of the economy have an entry twice',
    ({ sums }) => {
      const name = Object.keys(sums).find((each) => each.startsWith('flow')) ?? '';
      sums[name] = (sums[name] ?? []).map((sum) => sum * 2n);
    },
  ],
  [
    'I11',
    'an award exceeds the limit',
    (history) => {
      // As if the limit had been checked with a smaller amount.
      for (const attempt of history.attempts)
        if (attempt.intent.operation === 'manualReward' && attempt.answer?.kind === 'receipt')
          Object.assign(attempt.intent.input, { grants: [{ resource: 'credits', amount: 999 }] });
    },
  ],
];

test.each(TAMPERED)('finds a violation of %s if %s', (invariant, _, tamper) => {
  expect(violatedAfter(tamper)).toContain(invariant);
});
