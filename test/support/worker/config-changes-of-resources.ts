/** The numbers of resources that time, transfers and combat move: how to turn each, and what a client then sees. */
import type { Document } from './balance.ts';
import { type ConfigChange, claim, cup, gain, gainsOf } from './config-looks.ts';
import { applyDamage, exchange, transferResource } from './mutations.ts';
import { letTimePass } from './players.ts';
import { seenByMe } from './previews.ts';
import { fresh, playerToken, serverToken } from './service.ts';

const balanceOf = async (playerId: string, resource: string) =>
  (await seenByMe(await playerToken(playerId))).balances.find(
    (balance: Document) => balance.resource === resource,
  ).amount;

/** The charges of a player who had five, made three drops, and waited. */
const afterHours = (hours: number) => async () => {
  const playerId = fresh('player');
  const token = await playerToken(playerId);
  for (let drop = 1; drop <= 3; drop++) await exchange({ exchange: 'drop' }, { token });
  await letTimePass(playerId, 'drop_charges', hours * 3_600);
  return balanceOf(playerId, 'drop_charges');
};

const give = (resource: string, amount: number) => async () => {
  const [playerId, toPlayerId] = [fresh('player'), fresh('player')];
  await cup(playerId);
  await claim('weekly_chest', null, playerId);
  await cup(toPlayerId);
  const input = { toPlayerId, resource, amount };
  return gain(resource, await transferResource(input, { token: await playerToken(playerId) }));
};

const hit = async () =>
  gainsOf(await applyDamage({ playerId: fresh('player'), amount: 10 }, { token: await serverToken() }));

export const CHANGES_OF_RESOURCES: readonly ConfigChange[] = [
  {
    number: 'what a balance begins with',
    turn: ({ resources }) => {
      resources.drop_charges.startsWith = 3;
    },
    look: () => balanceOf(fresh('player'), 'drop_charges'),
    before: 5,
    after: 3,
  },
  {
    number: 'how often time brings something back',
    turn: ({ resources }) => {
      resources.drop_charges.regenerates.everySeconds = 1_800;
    },
    look: afterHours(1),
    before: 3,
    after: 4,
  },
  {
    number: 'how much time brings back',
    turn: ({ resources }) => {
      resources.drop_charges.regenerates.amount = 3;
    },
    look: afterHours(1),
    before: 3,
    after: 5,
  },
  {
    number: 'how far time brings it back',
    turn: ({ resources }) => {
      resources.drop_charges.regenerates.upTo = 4;
    },
    look: afterHours(9),
    before: 5,
    after: 4,
  },
  {
    number: 'the stat that a ceiling follows from',
    turn: ({ resources }) => {
      resources.energy.ceiling = { stat: 'health' };
    },
    look: () => balanceOf(fresh('player'), 'energy'),
    before: 100,
    after: 500,
  },
  {
    number: 'the base of a stat, and with it the ceiling that follows from it',
    turn: ({ statPoints }) => {
      statPoints.stats.energy.base = 70;
    },
    look: () => balanceOf(fresh('player'), 'energy'),
    before: 100,
    after: 70,
  },
  {
    number: 'the most of one transfer',
    turn: ({ resources }) => {
      resources.lumees.transfer.perTransfer = 4;
    },
    look: give('lumees', 5),
    before: -5,
    after: 'TRANSFER_AMOUNT',
  },
  {
    number: 'the most that is given away in a day',
    turn: ({ resources }) => {
      resources.lumees.transfer = { perDay: 4 };
    },
    look: give('lumees', 5),
    before: -5,
    after: 'TRANSFER_PER_DAY',
  },
  {
    number: 'what players may give each other: one less',
    turn: ({ resources }) => {
      delete resources.lumees.transfer;
    },
    look: give('lumees', 5),
    before: -5,
    after: 'BAD_USER_INPUT',
  },
  {
    number: 'what players may give each other: one more',
    turn: ({ resources }) => {
      resources.auric_coins.transfer = {};
    },
    look: give('auric_coins', 5),
    before: 'BAD_USER_INPUT',
    after: -5,
  },
  {
    number: 'the resource that damage takes',
    turn: ({ combat }) => {
      combat.health = 'stamina';
    },
    look: hit,
    before: { health: -10 },
    after: { stamina: -10 },
  },
  {
    number: 'whether there is damage at all',
    turn: (document) => {
      delete document.combat;
    },
    look: hit,
    before: { health: -10 },
    after: 'BAD_USER_INPUT',
  },
];
