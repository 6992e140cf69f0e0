/** One sound history with a bit of everything, and ways to get at its parts in order to doctor them. */
import type { Attempt, ReceiptSeen } from '../../simulation/clients/journal.ts';
import type { Invariant } from '../../simulation/invariants/finding.ts';
import { exchangeNumbers } from '../../simulation/model/exchanges.ts';
import { judgeAll } from './judge-all.ts';
import { type Doctorable, type Mutable, rules, SoundService, world } from './sound-history.ts';

export const [hot = '', other = ''] = world.hot;
const server = { kind: 'server', id: world.servers[0] ?? '' } as const;
const player = { kind: 'player', id: hot } as const;
const support = { kind: 'staff', id: world.staff.support.id } as const;

/** Claims, level-ups, spending, awards, a reversal, a gift, a recovery, a draw, a blow, and one of each "no" that matters here. */
export function soundHistory(): Doctorable {
  const service = new SoundService();
  const fight = (key: string, whose = hot, enemy_level = 40) =>
    service.intent('claimReward', {
      actor: server,
      player: whose,
      input: { type: 'pve_victory', key, facts: { enemy_level } },
    });
  const spend = (energy: number) =>
    service.intent('spendStatPoints', {
      actor: player,
      player: hot,
      input: { energy, stamina: 0, health: 0 },
    });
  const award = (amount: number, rewardId: string) =>
    service.intent('manualReward', {
      actor: support,
      player: hot,
      input: { grants: [{ resource: 'credits', amount }], reason: 'a test', rewardId },
    });
  const first = fight('first');
  service.send(first);
  service.send(first);
  service.send(fight('first'));
  service.send(fight('second'));
  service.send(fight('elsewhere', other));
  service.send(
    service.intent(
      'spendStatPoints',
      { actor: player, player: hot, input: { energy: 9, stamina: 9, health: 9 } },
      first.key,
    ),
  );
  service.send(spend(1));
  service.send(spend(1_000));
  service.send(award(100, 'promo-1'));
  service.send(award(50, 'promo-2'));
  service.send(award(301, 'promo-3'));
  const refused = fight('never');
  service.send({ ...refused, token: 'forged', refusal: 'UNAUTHENTICATED' });
  const toReverse = service.send(fight('mistake'));
  const claimId = toReverse.answer?.kind === 'receipt' ? toReverse.answer.receipt.claim.id : '';
  service.send(
    service.intent('reverseClaim', {
      actor: support,
      player: hot,
      input: { target: 0, ifInsufficient: 'REFUSE', reason: 'a mistake' },
    }),
    { claimId },
  );
  const gift = { to: other, resource: 'lumees', amount: 5 };
  service.send(
    service.intent('transferResource', { actor: server, player: hot, others: [other], input: gift }),
  );
  const owed = { type: 'arena_chest', key: 'owed', facts: {} };
  service.send(service.intent('announceReward', { actor: server, player: hot, input: owed }));
  service.send(
    service.intent('announceReward', { actor: server, player: hot, input: { ...owed, key: 'still-owed' } }),
  );
  const recovery = { type: 'arena_chest', key: 'owed', reason: null };
  service.send(service.intent('recoverReward', { actor: server, player: hot, input: recovery }));
  const buy = (exchange: string) =>
    service.intent('exchange', { actor: server, player: hot, input: { exchange, quantity: 1 } });
  service.send(buy('buy_tokens'));
  service.send(buy('summon'), {}, rolled());
  service.send(buy('training'));
  const blow = { amount: 1, source: null };
  service.send(service.intent('applyDamage', { actor: server, player: hot, input: blow }));
  service.read(hot);
  return service.history();
}

/** Draws as the table allows them: the first roll of each falls to the first outcome. */
function rolled(): object[] {
  const { exchanges, outcomes } = exchangeNumbers(rules);
  const of = outcomes.reduce((sum, { weight }) => sum + weight, 0);
  const draw = { table: 'summons', outcome: outcomes[0]?.name, roll: 0, of, guaranteed: false };
  return Array.from({ length: exchanges.summon?.draws ?? 0 }, () => draw);
}

export const receipts = ({ attempts }: Doctorable) =>
  attempts.flatMap((attempt) =>
    attempt.answer?.kind === 'receipt'
      ? [{ attempt, receipt: attempt.answer.receipt as Mutable<ReceiptSeen> }]
      : [],
  );
export const rejections = ({ attempts }: Doctorable, kind: string) =>
  attempts.filter(({ answer }) => answer?.kind === 'rejected' && answer.rejection.kind === kind) as [
    Mutable<Attempt>,
  ];
export const granted = ({ rows }: Doctorable, operation: string) =>
  rows.claims.filter((claim) => claim.outcome === 'granted' && claim.operation === operation) as [
    Doctorable['rows']['claims'][0],
  ];
export function last<T>(list: readonly T[]): T {
  return list.at(-1) as T;
}

/** What judging finds once the history was doctored. */
export function foundAfter(doctor: (history: Doctorable) => void): Invariant[] {
  const history = soundHistory();
  doctor(history);
  return judgeAll(history).findings.map(({ invariant }) => invariant);
}

export type Doctored = readonly (readonly [Invariant, string, (history: Doctorable) => void])[];
