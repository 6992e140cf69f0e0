/** Operations of all mutations, as the domain could make them, chosen at random. */
import type { KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import type { ForgedGame, Roll } from './forgery.ts';
import { stockUse } from './game.ts';
import { award, give, operation, staffTerms, take } from './operations.ts';
import { announcement, claimOf, limitUse, recovery, reversal, transfer } from './systems.ts';

export interface MadeClaim {
  readonly playerId: string;
  readonly handle: string;
  readonly number: number;
}

type Make = () => KernelOperation;

/** Of one player alone. */
function ofPlayer(player: string, roll: Roll): Make[] {
  const draw = (outcome: string) => ({ table: 'summons', outcome, roll: 1, of: 2, guaranteed: false });
  return [
    () => operation({ player }),
    () => operation({ player, claim_key: `daily-${roll(20)}`, limits: [limitUse({ bound: 40 })] }),
    () => operation({ player, postings: [take('gold', 1 + roll(30)), give('gems', 1 + roll(9))] }),
    () =>
      operation({
        player,
        claim_type: 'other',
        units: 1 + roll(9),
        postings: [take('gems', 1 + roll(9)), give('zinc', 1 + roll(30))],
      }),
    () => operation({ player, postings: [give('experience', 1 + roll(90))], milestones: true }),
    () => operation({ player, postings: [take('charges', 1)] }),
    () =>
      operation({
        player,
        postings: [take('gold', 1)],
        choices: [
          {
            one_of: [
              {
                when: [{ resource: 'pity', at_least: 3 }],
                draws: [draw('legend')],
                postings: [give('hero:legend', 1)],
              },
              {
                when: [],
                draws: [draw('common')],
                postings: [give('hero:common', 1), give('pity', 1)],
              },
            ],
          },
        ],
      }),
    () =>
      operation({ player, claim_type: 'chest', limits: [stockUse('one')], postings: [give('tokens', 1)] }),
    () =>
      operation({
        player,
        claim_type: 'chest',
        limits: [stockUse('striped')],
        postings: [give('tokens', 1)],
      }),
    () =>
      operation({ player, source_keys: [{ game: roll(2) === 0, resource: 'gold', key: `s-${roll(99)}` }] }),
  ];
}

/** Of two players, staff members or an earlier claim. */
function ofSystems(
  player: string,
  { players, staff, limit }: ForgedGame,
  roll: Roll,
  claims: readonly MadeClaim[],
): Make[] {
  const one = <T>(all: readonly T[]): T => all[roll(all.length)] as T;
  const other = one(players.filter((each) => each !== player));
  const member = roll(2) ? staff.member : staff.colleague;
  const reward = { playerId: player, type: 'chest', key: `chest-${roll(40)}` };
  return [
    () => transfer(player, other, 1 + roll(20)),
    () => award(member, 1 + roll(limit + 5), {}, { player }),
    () => award(member, 1 + roll(limit), {}, { player }),
    () => announcement(reward),
    () => recovery(reward),
    () =>
      recovery(reward, { actor_kind: 'staff', actor_id: member, staff: staffTerms(), creates_player: false }),
    () => claimOf(reward),
    () =>
      reversal(member, one(claims), {
        quantity: roll(3) ? null : 1 + roll(3),
        reopen: roll(4) === 0,
        allow_debt: roll(2) === 0,
      }),
  ];
}

/** That write nothing, or only their rejection. */
const withoutEffect = (player: string): Make[] => [
  () =>
    operation({
      player,
      mode: 'reject',
      postings: [],
      rejection: { kind: 'unknown_claim_type', claimType: 'x' },
    }),
  () => operation({ player, mode: 'lookup', postings: [] }),
];

export function anyValid(game: ForgedGame, roll: Roll, claims: readonly MadeClaim[]): KernelOperation {
  const player = game.players[roll(game.players.length)] as string;
  const kinds = [
    ...ofPlayer(player, roll),
    ...ofSystems(player, game, roll, claims),
    ...withoutEffect(player),
  ];
  return (kinds[roll(kinds.length)] as Make)();
}
