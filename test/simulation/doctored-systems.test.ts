import { expect, test } from 'vitest';
import { type Doctored, foundAfter, granted, hot, other, receipts, soundHistory } from './scene.ts';
import type { Doctorable } from './sound-history.ts';

/** The one granted claim of an operation. */
const claimOf = (history: Doctorable, operation: string) => granted(history, operation)[0];
const drawing = (history: Doctorable) =>
  granted(history, 'exchange').find(({ draws }) => draws.length > 0) as Doctorable['rows']['claims'][0];

test('the sound history holds what is doctored here', () => {
  const history = soundHistory();
  const operations = new Set(history.rows.claims.map(({ operation, outcome }) => `${operation} ${outcome}`));
  for (const operation of ['transferResource', 'exchange', 'applyDamage', 'announceReward', 'recoverReward'])
    expect(operations).toContain(`${operation} granted`);
  expect(history.rows.quotas.map(({ name }) => name)).toEqual([
    'transfer:lumees',
    'claims:arena_chest',
    'exchange:buy_tokens',
  ]);
  expect(history.rows.owed.map(({ key }) => key)).toEqual(['still-owed']);
});

const DOCTORED: Doctored = [
  [
    'I4',
    'a gift never arrives',
    (history) => {
      const { id } = claimOf(history, 'transferResource');
      const { rows } = history;
      rows.entries = rows.entries.filter(({ claimId, player }) => claimId !== id || player !== other);
    },
  ],
  [
    'I4',
    'a claim keeps the other player as they were not',
    (history) => {
      const { counterparty } = claimOf(history, 'transferResource');
      (counterparty as { balancesAfter: Record<string, number> }).balancesAfter.lumees = 1;
    },
  ],
  [
    'I0',
    'a server is not shown what the other player got',
    (history) => {
      for (const { receipt } of receipts(history)) receipt.counterpartyChanges = null;
    },
  ],
  [
    'I4',
    'time is counted from another moment',
    ({ rows }) => {
      for (const { anchorsAfter } of rows.claims) if (anchorsAfter.energy === 0) anchorsAfter.energy = 1;
    },
  ],
  [
    'I3',
    'more came back than there was time for',
    ({ rows }) => {
      const entry = rows.entries.find(({ resource }) => resource === 'energy') as { cause: string };
      entry.cause = 'regeneration';
    },
  ],
  [
    'I4',
    'an outcome was drawn that its roll does not fall to',
    (history) => {
      const [first] = drawing(history).row.draws as [{ outcome: string }];
      first.outcome = 'legend';
    },
  ],
  [
    'I4',
    'a draw fewer was made than was paid for',
    (history) => {
      drawing(history).row.draws = [];
    },
  ],
  [
    'I6',
    'a receipt shows another roll than was recorded',
    (history) => {
      const { id } = drawing(history);
      const { receipt } = receipts(history).find(({ receipt: { claim } }) => claim.id === id) as ReturnType<
        typeof receipts
      >[0];
      (receipt.claim.draws[0] as { roll: number }).roll = 1;
    },
  ],
  [
    'I11',
    'a quota’s book is short',
    ({ rows }) => {
      (rows.quotas[0] as { used: number }).used -= 1;
    },
  ],
  [
    'I11',
    'a quota was used by nothing',
    ({ rows }) => {
      rows.quotas.push({ player: hot, name: 'claims:pve_victory', day: '2026-11-22', used: 1 });
    },
  ],
  [
    'I11',
    'an award is not counted',
    ({ rows }) => {
      (rows.budgets[0] as { awards: number }).awards -= 1;
    },
  ],
  [
    'I11',
    'a reversal is counted as an award',
    ({ rows }) => {
      const reversal = rows.audit.find(({ action }) => action === 'reverseClaim');
      const day = rows.budgets.find(({ staff }) => staff === reversal?.actorId) as { awards: number };
      day.awards += 1;
    },
  ],
  [
    'I4',
    'what was announced is not owed',
    ({ rows }) => {
      rows.owed = [];
    },
  ],
  [
    'I5',
    'what was paid stands as owed',
    (history) => {
      const [announced] = granted(history, 'announceReward');
      const { id: announcedBy, player, configVersion } = announced;
      history.rows.owed.push({ player, type: 'arena_chest', key: 'owed', announcedBy, configVersion });
    },
  ],
  [
    'I4',
    'what levels gave is told as the operation’s own',
    ({ rows }) => {
      for (const entry of rows.entries) if (entry.cause === 'milestone') entry.cause = 'operation';
    },
  ],
];

test.each(DOCTORED)('%s is found broken where %s', (invariant, _, doctor) => {
  expect(foundAfter(doctor)).toContain(invariant);
});
