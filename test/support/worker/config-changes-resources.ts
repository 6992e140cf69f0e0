/** Changes of settings for regeneration, transfers and combat, with what a client observes before and after. */
import { asPlayer, asServer, receiptOf, resultOf } from './client.ts';
import { type ConfigChange, claim, cup, gain, gainsOf } from './config-change.ts';
import { letTimePass } from './players.ts';
import { fresh } from './service.ts';

async function balanceOf(playerId: string, resource: string): Promise<number | undefined> {
  const { balances } = resultOf(await asPlayer(playerId).me());
  return balances.find((balance) => balance.resource === resource)?.amount;
}

/** The charges of a player who started with five, made three drops and waited. */
const afterHours = (hours: number) => async () => {
  const playerId = fresh('player');
  for (let drop = 1; drop <= 3; drop++) receiptOf(await asPlayer(playerId).exchange({ exchange: 'drop' }));
  await letTimePass(playerId, 'drop_charges', hours * 3_600);
  return balanceOf(playerId, 'drop_charges');
};

const give = (resource: string, amount: number) => async () => {
  const [playerId, toPlayerId] = [fresh('player'), fresh('player')];
  await cup(playerId);
  await claim('weekly_chest', null, playerId);
  await cup(toPlayerId);
  return gain(resource, await asPlayer(playerId).transferResource({ toPlayerId, resource, amount }));
};

const hit = async () => gainsOf(await asServer().applyDamage({ playerId: fresh('player'), amount: 10 }));

export const RESOURCE_CHANGES: readonly ConfigChange[] = [
  {
    setting: 'the opening balance',
    change: ({ resources }) => {
      resources.drop_charges.startsWith = 3;
    },
    observe: () => balanceOf(fresh('player'), 'drop_charges'),
    before: 5,
    after: 3,
  },
  {
    setting: 'the regeneration interval',
    change: ({ resources }) => {
      resources.drop_charges.regenerates.everySeconds = 1_800;
    },
    observe: afterHours(1),
    before: 3,
    after: 4,
  },
  {
    setting: 'the regeneration amount',
    change: ({ resources }) => {
      resources.drop_charges.regenerates.amount = 3;
    },
    observe: afterHours(1),
    before: 3,
    after: 5,
  },
  {
    setting: 'the regeneration limit',
    change: ({ resources }) => {
      resources.drop_charges.regenerates.upTo = 4;
    },
    observe: afterHours(9),
    before: 5,
    after: 4,
  },
  {
    setting: 'the stat of a ceiling',
    change: ({ resources }) => {
      resources.energy.ceiling = { stat: 'health' };
    },
    observe: () => balanceOf(fresh('player'), 'energy'),
    before: 100,
    after: 500,
  },
  {
    setting: 'the base of a stat, which changes the ceiling of a resource',
    change: ({ statPoints }) => {
      statPoints.stats.energy.base = 70;
    },
    observe: () => balanceOf(fresh('player'), 'energy'),
    before: 100,
    after: 70,
  },
  {
    setting: 'the limit of one transfer',
    change: ({ resources }) => {
      resources.lumees.transfer.perTransfer = 4;
    },
    observe: give('lumees', 5),
    before: -5,
    after: 'TRANSFER_AMOUNT',
  },
  {
    setting: 'the daily limit of transfers',
    change: ({ resources }) => {
      resources.lumees.transfer = { perDay: 4 };
    },
    observe: give('lumees', 5),
    before: -5,
    after: 'TRANSFERS',
  },
  {
    setting: 'a resource that can no longer be transferred',
    change: ({ resources }) => {
      delete resources.lumees.transfer;
    },
    observe: give('lumees', 5),
    before: -5,
    after: 'BAD_USER_INPUT',
  },
  {
    setting: 'a resource that can now be transferred',
    change: ({ resources }) => {
      resources.auric_coins.transfer = {};
    },
    observe: give('auric_coins', 5),
    before: 'BAD_USER_INPUT',
    after: -5,
  },
  {
    setting: 'the resource that damage reduces',
    change: ({ combat }) => {
      combat.health = 'stamina';
    },
    observe: hit,
    before: { health: -10 },
    after: { stamina: -10 },
  },
  {
    setting: 'the removal of combat',
    change: (document) => {
      delete document.combat;
    },
    observe: hit,
    before: { health: -10 },
    after: 'BAD_USER_INPUT',
  },
];
