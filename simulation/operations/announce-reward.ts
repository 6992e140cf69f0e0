/** announceReward: servers say what is owed, before, after and while it is claimed; what it gives is decided then. */
import { mutationDocument } from '../clients/document.ts';
import { ELEMENTS, type Facts, MAX_ENEMY, numbersOf, rewardMoves, rewardsOf } from '../model/claim-types.ts';
import type { Effect, Step } from '../model/effect.ts';
import { type Draw, drawExpectation, type Operation, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';

interface Announcement {
  readonly type: string;
  readonly key: string;
  readonly facts: Facts;
}

const RECENT = 120;

function drawFacts(type: string, { random, number }: Draw): Facts {
  switch (type) {
    case 'pve_victory':
      return { enemy_level: random.int(1, MAX_ENEMY) };
    case 'matron_victory':
      return { element: random.pick(ELEMENTS) };
    case 'skill_session':
      return {
        source_id: `match-${random.int(0, 12 + number / 100)}`,
        passing: random.int(0, 3),
        shooting: 1,
      };
    default:
      return {};
  }
}

function drawAnnouncement(draw: Draw): Draft<Announcement> {
  const { random, world, number, earlier } = draw;
  const actor: Actor = { kind: 'server', id: random.pick(world.servers) };
  // What was claimed a moment ago, or is being claimed, can't be owed as well.
  const claimed = earlier
    .slice(-RECENT)
    .filter(({ operation, input }) => operation === 'claimReward' && (input as Announcement).key !== null);
  if (draw.player === undefined && claimed.length > 0 && random.chance(0.1)) {
    const { player, input } = random.pick(claimed);
    return { actor, player, input: input as Announcement };
  }
  const type = random.weighted([
    [40, 'pve_victory'],
    [20, 'matron_victory'],
    [15, 'pvp_victory'],
    [15, 'arena_chest'],
    [10, 'skill_session'],
    [1, 'no_such_claim'],
  ]);
  const key = `owed-${world.seed}-${number}`;
  return {
    actor,
    player: subjectOf(draw),
    input: { type, key, facts: drawFacts(type, draw) },
    ...drawExpectation(draw),
  };
}

function effect({ intent, rules }: Step<Announcement>): Effect {
  const { type, key, facts } = intent.input;
  const given = rewardsOf(type, facts, numbersOf(rules));
  if (given === null)
    return { kind: 'refuse', rejection: { kind: 'UnknownClaimType', details: { claimType: type } } };
  return {
    kind: 'claim',
    type: 'announcement',
    key: `${type}/${key}`,
    owes: { type, key, ...rewardMoves(given, { type, facts, rules }) },
    moves: [],
  };
}

const announceReward: Operation<Announcement> = {
  name: 'announceReward',
  shares: { fresh: 1.5 },
  document: mutationDocument({
    field: 'announceReward',
    inputType: 'AnnounceRewardInput',
    refusals: ['AlreadyClaimed', 'IdempotencyKeyReused', 'UnknownClaimType', 'VersionConflict'],
  }),
  draw: drawAnnouncement,
  alter: (_, { number }) => ({ type: 'pve_victory', key: `altered-${number}`, facts: { enemy_level: 1 } }),
  again: (original) => original,
  trespass: (draw) => {
    const announcement = drawAnnouncement(draw);
    const { random, world } = draw;
    const actor = random.pick<Actor>([
      { kind: 'player', id: announcement.player },
      { kind: 'staff', id: world.staff.chief.id },
    ]);
    return { ...announcement, actor, refusal: 'FORBIDDEN' };
  },
  boundary: (draw) => {
    const announcement = drawAnnouncement(draw);
    const wrong = (input: Partial<Announcement>): Draft<Announcement> => ({
      ...announcement,
      input: { type: 'pve_victory', key: `bound-${draw.number}`, facts: { enemy_level: 1 }, ...input },
      refusal: 'BAD_USER_INPUT',
    });
    return draw.random.pick<Draft<Announcement>>([
      wrong({ type: 'daily_quest', facts: {} }),
      wrong({ facts: {} }),
      wrong({ facts: { enemy_level: 0 } }),
      wrong({ facts: { enemy_level: 1, unheard_of: 1 } }),
      wrong({ key: 'a key with blanks' }),
      wrong({ key: '' }),
    ]);
  },
  variables: ({ player, input: { type, key, facts } }) => ({ playerId: player, type, key, facts }),
  effect,
};

export default announceReward;
