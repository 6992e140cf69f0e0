/** Operations that no Worker sends, each aiming at one rule of the kernel. */
import type { KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { type Forged, type ForgedGame, type Roll, replaced } from './forgery.ts';
import { stockUse } from './game.ts';
import { fresh, give, staffTerms } from './operations.ts';
import { announcement } from './systems.ts';

const MOST = Number.MAX_SAFE_INTEGER;

/**
 * A forgery that aims at something. `refused`: how it must be answered, where it may not be judged at all; `ungranted`: a
 * rejection may come first.
 */
export type Aimed = readonly [
  what: string,
  forge: (sent: KernelOperation, game: ForgedGame, roll: Roll) => Forged | KernelOperation,
  refused?: 'error' | 'forbidden' | 'stale_config' | 'ungranted',
];
const without = (path: string) => (sent: KernelOperation) => replaced(sent, path.split('.'), undefined);
const as =
  (idOf: (game: ForgedGame) => string, over: Partial<KernelOperation> = {}) =>
  (sent: KernelOperation, game: ForgedGame) => ({
    ...sent,
    actor_kind: 'staff' as const,
    actor_id: idOf(game),
    permission: 'reward:manual',
    staff: staffTerms(),
    ...over,
  });
/** An award by a member, of these postings. */
const gifted = (sent: KernelOperation, game: ForgedGame, postings: KernelOperation['postings']) => ({
  ...as(memberId)(sent, game),
  mode: 'commit' as const,
  rejection: null,
  source: 'postings' as const,
  reverses: null,
  announces: null,
  requires: [],
  advances: [],
  choices: [],
  counterparty: null,
  counterparty_postings: [],
  postings,
  resources: postings.map(({ resource }) => resource),
});
const memberId = ({ staff }: ForgedGame) => staff.member;
const gift = [give('gold', 10_000)];
const choice = { one_of: [{ when: [], draws: [], postings: gift }] };

export const AIMED: readonly Aimed[] = [
  ...[
    'limits',
    'postings',
    'counterparty_postings',
    'choices',
    'requires',
    'advances',
    'source_keys',
    'holds_from',
    'holds_until',
    'units',
    'resources',
  ].map((member): Aimed => [`without ${member}`, without(member), 'error']),
  ['limits null', (sent) => ({ ...sent, limits: null }), 'error'],
  ...['amount', 'bound', 'period', 'kind', 'since'].map(
    (member): Aimed => [
      `a limit without ${member}`,
      (sent) => replaced({ ...sent, limits: [stockUse('one')] }, ['limits', '0', member], undefined),
      'error',
    ],
  ),
  ...['floor', 'ceiling', 'clamp', 'delta', 'ceiling_per_unit', 'resource'].map(
    (member): Aimed => [
      `a posting without ${member}`,
      (sent) => {
        const whole = {
          ...sent,
          mode: 'commit',
          source: 'postings',
          rejection: null,
          reverses: null,
          announces: null,
        };
        return replaced(
          { ...whole, ...asServer(), postings: [give('gold', 1)], resources: ['gold'] },
          ['postings', '0', member],
          undefined,
        );
      },
      'ungranted',
    ],
  ),
  [
    'a limit used twice',
    (sent) => ({ ...sent, claim_type: 'chest', limits: [stockUse('one'), stockUse('one')] }),
  ],
  [
    'a stock of a player',
    (sent) => ({ ...sent, limits: [stockUse('one', { kind: 'player', bound: MOST })] }),
  ],
  ['an invented stock', (sent) => ({ ...sent, limits: [stockUse('invented')] })],
  ['a stock at no cost', (sent) => ({ ...sent, limits: [stockUse('one', { amount: 0 })] })],
  ['much stock', (sent) => ({ ...sent, limits: [stockUse('striped', { amount: 20 })] })],
  ['a negative amount of stock', (sent) => ({ ...sent, limits: [stockUse('one', { amount: -5 })] }), 'error'],
  [
    'staff without terms',
    (sent, game) => ({ ...as(memberId)(sent, game), mode: 'commit', rejection: null, staff: null }),
    'error',
  ],
  ...(['renews_at', 'day'] as const).map(
    (member): Aimed => [
      `staff without ${member}`,
      (sent, game) => replaced(as(memberId)(sent, game), ['staff', member], undefined),
      'error',
    ],
  ),
  [
    'bounds of one’s own',
    (sent, game) => {
      const bounds = { reward_limit: MOST, daily_budget: MOST, awards_per_day: MOST };
      return { ...gifted(sent, game, gift), staff: { ...staffTerms(), ...bounds } };
    },
    'ungranted',
  ],
  ...(
    [
      ['a gift of more value than the member may give', [give('diamonds', 1)]],
      ['a gift of more value than an amount can be', [give('diamonds', MOST), give('gold', MOST)]],
      ['a gift beyond the limit of its resource', [give('rubies', 31)]],
      ['a gift beyond the limit of its resource, in two parts', [give('rubies', 30), give('rubies', 1)]],
      ['a gift of a resource that staff cannot give', [give('relics', 1)]],
    ] as const
  ).map(([what, postings]): Aimed => [what, (sent, game) => gifted(sent, game, [...postings]), 'ungranted']),
  [
    'a gift on another day',
    (sent, game, roll) => ({
      ...as(memberId)(sent, game),
      mode: 'commit' as const,
      rejection: null,
      staff: staffTerms({ day: `2027-01-${10 + roll(9)}` }),
    }),
    'error',
  ],
  [
    'a drawn gift',
    (sent, game) => ({ ...as(memberId)(sent, game), choices: [choice], resources: ['gold'], postings: [] }),
    'error',
  ],
  [
    'a pending reward with a draw',
    (sent, game) => ({ ...as(memberId)(sent, game), ...paid(), choices: [choice], resources: ['gold'] }),
  ],
  [
    'a pending reward with another player',
    (sent, game, roll) => ({
      ...as(memberId)(sent, game),
      ...paid(),
      counterparty: game.players[roll(game.players.length)] as string,
      counterparty_postings: gift,
      resources: ['gold'],
    }),
  ],
  [
    'an announced gift',
    (sent, game) => ({
      ...announcement({ playerId: sent.player, type: 'chest', key: fresh('chest') }, { postings: gift }),
      ...as(memberId)(sent, game),
      source: 'announcement' as const,
      ...announced(sent, gift),
    }),
  ],
  ['a disabled staff member', as(({ staff }) => staff.disabled), 'forbidden'],
  ['an unknown staff member', as(() => fresh('staff')), 'forbidden'],
  ['an auditor', as(({ staff }) => staff.auditor), 'forbidden'],
  ['a permission that nobody has', as(memberId, { permission: 'import' }), 'forbidden'],
  [
    'a server without the permission',
    (sent) => ({ ...sent, ...asServer(), permission: 'reward:manual' }),
    'forbidden',
  ],
  ['an operator', (sent) => ({ ...sent, actor_kind: 'operator', actor_id: 'root', staff: null }), 'error'],
  [
    'another player',
    (sent) => ({ ...sent, actor_kind: 'player', actor_id: fresh('player'), staff: null }),
    'error',
  ],
  ['an invented kind of actor', (sent) => ({ ...sent, actor_kind: 'god' }) as unknown as Forged, 'error'],
  [
    'the config before',
    (sent, game) => ({ ...sent, config_version: game.config.config_version - 1 }),
    'stale_config',
  ],
  ['an invented config', (sent) => ({ ...sent, config_version: 99 }), 'stale_config'],
  ['another digest', (sent) => ({ ...sent, config_sha256: 'f'.repeat(64) }), 'stale_config'],
  ['no config', (sent) => ({ ...sent, config_version: null, config_sha256: null }), 'stale_config'],
  ...[-5, 0, 2_000_000, MOST].map(
    (quantity): Aimed => [
      `a reversal of ${quantity} units`,
      (sent) => (sent.reverses ? replaced(sent, ['reverses', 'quantity'], quantity) : sent),
    ],
  ),
  ['a reversal of part one as 1,000 units', (sent) => ({ ...sent, units: 1_000 })],
  ['a reversal with postings', (sent) => ({ ...sent, postings: gift, resources: ['gold'] })],
  ['too many units', (sent) => ({ ...sent, units: 1_000_001 }), 'error'],
  ['a negative number of units', (sent) => ({ ...sent, units: -1 }), 'error'],
  ['a transfer to oneself', (sent) => ({ ...sent, counterparty: sent.player }), 'error'],
  [
    'more than the largest amount',
    (sent) => ({
      ...sent,
      ...asServer(),
      source: 'postings' as const,
      reverses: null,
      announces: null,
      postings: [give('gold', MOST), give('gold', MOST)],
      resources: ['gold'],
    }),
  ],
];

const asServer = () => ({
  actor_kind: 'server' as const,
  actor_id: 'arena-1',
  permission: 'reward:claim',
  staff: null,
});
const paid = () => ({
  name: 'recoverReward',
  source: 'pending' as const,
  claim_type: 'chest',
  claim_key: 'owed',
  mode: 'commit' as const,
  rejection: null,
  reverses: null,
  announces: null,
  counterparty: null,
  counterparty_postings: [],
  postings: [],
});
const announced = ({ player }: KernelOperation, postings: typeof gift) => {
  const { name, claim_type, claim_key, announces } = announcement(
    { playerId: player, type: 'chest', key: fresh('chest') },
    { postings },
  );
  return {
    name,
    claim_type,
    claim_key,
    announces,
    mode: 'commit' as const,
    rejection: null,
    reverses: null,
    postings: [],
    resources: ['gold'],
  };
};
