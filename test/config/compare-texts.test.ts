import { describe, expect, test } from 'vitest';
import { changes, changesAt, listed } from './compared.ts';
import { exampleWithAll, type Path } from './example.ts';

const DAILY: Path = ['claimTypes', 'daily_quest'];

describe('the sentence about', () => {
  test.each<[string, Path, unknown, string[]]>([
    [
      'a reward',
      [...DAILY, 'rewards', 'lumees'],
      200,
      ['amounts claimTypes.daily_quest.rewards.lumees: daily_quest pays 200 lumees instead of 150.'],
    ],
    [
      'a reward that is gone',
      [...DAILY, 'rewards', 'experience'],
      undefined,
      [
        'amounts claimTypes.daily_quest.rewards.experience: daily_quest no longer pays experience. It was 50.',
      ],
    ],
    [
      'a new reward',
      [...DAILY, 'rewards', 'credits'],
      1,
      ['amounts claimTypes.daily_quest.rewards.credits: daily_quest pays 1 credits, which is new.'],
    ],
    [
      'a formula',
      ['claimTypes', 'ascension_victory', 'rewards', 'lumees'],
      '100 + floor * 30',
      [
        'amounts claimTypes.ascension_victory.rewards.lumees: ascension_victory pays 100 + floor * 30 lumees instead of 100 + floor * 25.',
      ],
    ],
    [
      'a cap',
      ['claimTypes', 'tournament_xp', 'rewards', 'experience', 'cap'],
      300,
      [
        'amounts claimTypes.tournament_xp.rewards.experience: tournament_xp pays 40 + matches * 15 (at most 300) experience instead of 40 + matches * 15 (at most 400).',
      ],
    ],
    [
      'a price',
      ['exchanges', 'buy_summon_token', 'costs', 'auric_coins'],
      450,
      [
        'amounts exchanges.buy_summon_token.costs.auric_coins: buy_summon_token costs 450 auric_coins instead of 300.',
      ],
    ],
    [
      'a number of draws',
      ['exchanges', 'multi_summon', 'draws', 'summons'],
      10,
      ['amounts exchanges.multi_summon.draws.summons: multi_summon draws 10 from summons instead of 11.'],
    ],
    [
      'the quantity of a request',
      ['exchanges', 'buy_summon_token', 'maxQuantity'],
      5,
      [
        'amounts exchanges.buy_summon_token.maxQuantity: buy_summon_token can be made 5 times in a request instead of 10.',
      ],
    ],
    [
      'a lower limit',
      ['claimTypes', 'arena_chest', 'perDay'],
      3,
      [
        'running claimTypes.arena_chest.perDay: arena_chest is limited to 3 per day instead of 5. Players who used more in the running day wait until it ends.',
      ],
    ],
    [
      'a higher limit',
      ['claimTypes', 'arena_chest', 'perDay'],
      9,
      [
        'running claimTypes.arena_chest.perDay: arena_chest is limited to 9 per day instead of 5, also in the running day.',
      ],
    ],
    [
      'a limit that is gone',
      ['claimTypes', 'arena_chest', 'perDay'],
      undefined,
      ['running claimTypes.arena_chest.perDay: arena_chest has no limit per day any more. It was 5.'],
    ],
    [
      'a new limit',
      [...DAILY, 'perDay'],
      2,
      [
        'running claimTypes.daily_quest.perDay: daily_quest is limited to 2 per day. What was used in the running day counts.',
      ],
    ],
    [
      'a limit of transfers',
      ['resources', 'lumees', 'transfer', 'perDay'],
      9000,
      [
        'running resources.lumees.transfer.perDay: Giving lumees is limited to 9000 per day instead of 20000. Players who used more in the running day wait until it ends.',
      ],
    ],
    [
      'what becomes of gifts that do not fit',
      ['resources', 'lumees'],
      { ceiling: 900, manual: true, value: 1, transfer: { onFull: 'pending' } },
      expect.arrayContaining([
        'running resources.lumees.transfer.onFull: A gift of lumees that does not fit under the ceiling of its recipient now waits in their inbox. What is pending stays pending.',
      ]),
    ],
    [
      'a requirement of a claim type',
      [...DAILY, 'requires'],
      [{ when: 'level >= 3', text: 'locked.level_3' }],
      ['running claimTypes.daily_quest.requires: daily_quest requires level >= 3 instead of nothing.'],
    ],
    [
      'requirements of an exchange',
      ['exchanges', 'buy_summon_token', 'requires'],
      [
        { when: 'level >= 3', text: 'locked.level_3' },
        { when: 'tierAtLeast("Gold")', text: 'locked.gold' },
      ],
      [
        'running exchanges.buy_summon_token.requires: buy_summon_token requires level >= 3 and tierAtLeast("Gold") instead of nothing.',
      ],
    ],
    [
      'the zones of players',
      ['playerZone'],
      'zone',
      [
        'running playerZone: Each player\'s days count by the zone that "zone" of their token names, from the end of the day that runs at their next operation.',
      ],
    ],
    [
      'charges that begin',
      ['resources', 'credits', 'spend'],
      { perDay: 5 },
      ['running resources.credits.spend: Game servers can now charge players credits.'],
    ],
    [
      'what staff may take',
      ['resources', 'credits', 'take'],
      { perCall: 5, perDay: 9, debt: true },
      [
        'running resources.credits.take: Staff may take 5 at once and 9 a day, also into debt, of credits instead of nothing. What they took in the running day counts.',
      ],
    ],
    [
      'types of damage',
      ['combat', 'damageTypes'],
      ['ice', 'fire'],
      [
        'running combat.damageTypes: Types of damage are fire, ice instead of none. Game servers that send other types, or none, are refused.',
      ],
    ],
    [
      'rewards by servers',
      ['manualRewards', 'servers'],
      { limitPerReward: 5, budgetPerDay: 9 },
      [
        'running manualRewards.servers: Each game server may give at most 5 in value at once and 9 a day by manualReward instead of nothing. What it gave in the running day counts.',
      ],
    ],
    [
      'a claim type that is gone',
      DAILY,
      undefined,
      [
        'running claimTypes.daily_quest: daily_quest can no longer be claimed. Pending rewards of it are paid by recoverReward alone.',
      ],
    ],
    [
      'an exchange that is gone',
      ['exchanges', 'sparring'],
      undefined,
      ['running exchanges.sparring: sparring can no longer be made.'],
    ],
    [
      'a rate',
      ['resources', 'drop_charges', 'regenerates', 'everySeconds'],
      7200,
      [
        'running resources.drop_charges.regenerates: The regeneration of drop_charges is 1 every 7200 seconds up to 5 instead of 1 every 3600 seconds up to 5. It counts from the publication: what has regenerated stays, and nothing fills at once.',
      ],
    ],
    [
      'a value for staff',
      ['resources', 'auric_coins', 'value'],
      25,
      [
        'running resources.auric_coins.value: auric_coins counts otherwise for staff: a value of 25 instead of a value of 10. What they gave in the running day stays counted as it was.',
      ],
    ],
    [
      'a limit of staff',
      ['resources', 'auric_coins', 'staffLimit'],
      { perDay: 40 },
      [
        'running resources.auric_coins.staffLimit: auric_coins counts otherwise for staff: at most 40 a day instead of a value of 10. What they gave in the running day stays counted as it was.',
      ],
    ],
    [
      'an exchange that servers may no longer take back',
      ['exchanges', 'buy_summon_token', 'reversibleBy'],
      [],
      [
        'running exchanges.buy_summon_token.reversibleBy: Game servers may no longer take back claims of buy_summon_token, earlier ones as well.',
      ],
    ],
    [
      'a claim type that servers may take back',
      [...DAILY, 'reversibleBy'],
      ['server'],
      [
        'running claimTypes.daily_quest.reversibleBy: Game servers may now take back claims of daily_quest, earlier ones as well.',
      ],
    ],
    [
      'a resource that no longer regenerates',
      ['resources', 'drop_charges', 'regenerates'],
      undefined,
      [
        'running resources.drop_charges.regenerates: The regeneration of drop_charges is none instead of 1 every 3600 seconds up to 5. It counts from the publication: what has regenerated stays, and nothing fills at once.',
      ],
    ],
    [
      'an opening balance',
      ['resources', 'drop_charges', 'startsWith'],
      3,
      [
        'running resources.drop_charges.startsWith: drop_charges opens with 3 instead of 5, for players whose balance has not moved yet.',
      ],
    ],
    [
      'a ceiling',
      ['resources', 'drop_charges', 'ceiling'],
      8,
      [
        'running resources.drop_charges.ceiling: The ceiling of drop_charges is 8 instead of 10. Balances above it stay.',
      ],
    ],
    [
      'a floor',
      ['resources', 'credits', 'floor'],
      -5,
      ['running resources.credits.floor: The floor of credits is -5 instead of 0. Balances below it stay.'],
    ],
    [
      'gifts that end',
      ['resources', 'shards:fire', 'transfer'],
      undefined,
      ['running resources.shards:fire.transfer: Players can no longer give each other shards:fire.'],
    ],
    [
      'a stat',
      ['statPoints', 'stats', 'energy', 'base'],
      120,
      [
        'running statPoints.stats.energy.base: The maximum of energy is 120 and 10 per point instead of 100 and 10 per point. Balances above it stay, and a higher maximum does not fill at once.',
      ],
    ],
    [
      'a grant of levels',
      ['levels', 'grants', 'stat_points'],
      4,
      [
        'amounts levels.grants.stat_points: A level-up gives 4 stat_points instead of level % 10 == 0 ? 5 : 3.',
      ],
    ],
    [
      'a guarantee',
      ['drawTables', 'summons', 'guarantees', 0, 'after'],
      50,
      [
        'amounts drawTables.summons.guarantees[0].after: The guarantee of summons that counts in pity:summons applies after 50 draws instead of 89, counting the draws so far.',
      ],
    ],
    [
      'the budget of staff',
      ['manualRewards', 'awardsPerDay'],
      3,
      [
        expect.stringMatching(
          /^running manualRewards.awardsPerDay: awardsPerDay is 3 instead of \S+, for staff without one of their own\./,
        ) as never,
      ],
    ],
    [
      'anything else',
      [...DAILY, 'description'],
      'Once a day.',
      [
        'other claimTypes.daily_quest.description: "Once a day, in the time zone above. The server derives the claim key from the date." → "Once a day."',
      ],
    ],
  ])('%s', (_, path, value, expected) => expect(listed(changesAt(path, value))).toEqual(expected));

  test('chances, in percent of the whole table', () => {
    const found = changesAt(['drawTables', 'summons', 'outcomes', 'legendary_dragon_queen', 'weight'], 120);
    expect(listed(found)).toContain(
      'amounts drawTables.summons.outcomes.legendary_dragon_queen.weight: summons draws legendary_dragon_queen with a chance of 1.193 % instead of 0.6 %.',
    );
    expect(found).toHaveLength(5);
  });

  test('a resource that is gone, and what to count of it', () => {
    const next = exampleWithAll([['resources', 'credits'], undefined]);
    expect(changes(next)).toContainEqual({
      severity: 'running',
      path: 'resources.credits',
      text: 'credits is gone. What players hold of it stays in the ledger, and nothing can use it.',
      held: { resource: 'credits' },
    });
  });
});
