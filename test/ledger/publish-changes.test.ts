import { describe, expect, test } from 'vitest';
import { previewPublication } from '../../cli/config-store.ts';
import { dayIn, UTC } from '../../src/domain/calendar.ts';
import { granted } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { openPublisher } from '../support/ledger/publisher.ts';

const { kv, another, publish, current, database, ledger } = openPublisher();

// biome-ignore lint/suspicious/noExplicitAny: tests change single values anywhere in the JSON document
type Changed = any;
const changed = (change: (document: Changed) => void) => {
  const document = another() as Changed;
  change(document);
  return document;
};
const counts = async () => {
  const { rows } = await ledger().owner.query(
    `SELECT (SELECT count(*)::int FROM onceward.balance_configs) AS versions,
            (SELECT count(*)::int FROM onceward.names) AS names,
            (SELECT count(*)::int FROM onceward.audit_events) AS audited`,
  );
  return { ...rows[0], kv: new Map(kv) };
};
const textsOf = (published: object) =>
  'changes' in published ? (published.changes as { text: string }[]).map(({ text }) => text) : [];

const DAILY_TICKET = { proof: 'ticket', rewards: { lumees: 150 } };

describe('a document that would pay something again', () => {
  const cases: [string, (document: Changed) => void, string][] = [
    ['by another time zone', (d) => (d.timeZone = 'Pacific/Kiritimati'), 'timeZone'],
    ['by another period', (d) => (d.claimTypes.daily_quest.period = 'week'), 'claimTypes.daily_quest.period'],
    ['by another proof', (d) => (d.claimTypes.daily_quest = DAILY_TICKET), 'claimTypes.daily_quest.proof'],
    [
      'by other sources',
      (d) => (d.claimTypes.skill_session.rewards['skill:passing'].onceFor = ['source_id']),
      'claimTypes.skill_session.rewards.skill:passing.onceFor',
    ],
  ];

  test.each(cases)('%s is refused, and nothing is written', async (_, change, path) => {
    await publish(another());
    const before = await counts();
    const refused = await publish(changed(change));
    expect(refused).toMatchObject({ kind: 'refused', problems: [{ path }] });
    expect(await counts()).toEqual(before);
  });

  test.each(cases)('%s is published where the publisher confirms it by name', async (_, change, path) => {
    await publish(another());
    expect(await publish(changed(change), { reopens: [path] })).toMatchObject({ kind: 'published' });
    const { rows } = await ledger().owner.query(
      'SELECT reason FROM onceward.balance_configs ORDER BY version DESC LIMIT 1',
    );
    expect(rows[0].reason).toBe(`a test; reopens ${path}`);
    const back = await publish(another());
    expect(back).toMatchObject({ kind: 'refused', problems: [{ path }] });
    await publish(another(), { reopens: [path] });
  });

  test('is refused where the publisher confirms something that pays nothing again', async () => {
    await publish(another());
    const before = await counts();
    expect(await publish(another(), { reopens: ['timeZone'] })).toMatchObject({
      kind: 'refused',
      problems: [{ path: 'timeZone', message: expect.stringContaining('pays nothing again') }],
    });
    expect(await counts()).toEqual(before);
  });

  test('after the claim type was removed and returns with another period is refused', async () => {
    await publish(another());
    const removed = await publish(changed(({ claimTypes }) => delete claimTypes.daily_quest));
    expect(removed).toMatchObject({ kind: 'published' });
    const weekly = changed(({ claimTypes }) => (claimTypes.daily_quest.period = 'week'));
    const path = 'claimTypes.daily_quest.period';
    expect(await publish(weekly)).toMatchObject({ kind: 'refused', problems: [{ path }] });
    const returned = await publish(another());
    expect(textsOf(returned)).toContainEqual(
      expect.stringMatching(/daily_quest was claimed until version \d+, and returns/),
    );
  });

  test('after the sources of a resource were removed and return with other facts is refused', async () => {
    await publish(another());
    const path = 'claimTypes.skill_session.rewards.skill:passing.onceFor';
    await publish(changed(({ claimTypes }) => delete claimTypes.skill_session.rewards['skill:passing']));
    const other = changed(
      ({ claimTypes }) => (claimTypes.skill_session.rewards['skill:passing'].onceFor = ['source_id']),
    );
    expect(await publish(other)).toMatchObject({ kind: 'refused', problems: [{ path }] });
    expect(await publish(another())).toMatchObject({ kind: 'published' });
  });

  test('because a limit returns on the day on which it was removed is refused', async () => {
    await publish(another());
    await publish(changed(({ claimTypes }) => delete claimTypes.arena_chest.perDay));
    const path = 'claimTypes.arena_chest.perDay';
    expect(await publish(another())).toMatchObject({ kind: 'refused', problems: [{ path }] });
    expect(await publish(another(), { reopens: [path] })).toMatchObject({ kind: 'published' });
  });
});

test('a time zone that changes when the running day ends is published without confirmation', async () => {
  await publish(another());
  const { ends: until } = dayIn(new Date(), UTC);
  const moved = changed((document) => {
    document.timeZone = 'Asia/Tokyo';
    document.timeZoneBefore = { timeZone: 'UTC', until };
  });
  const published = await publish(moved);
  expect(published).toMatchObject({ kind: 'published' });
  expect(textsOf(published)).toContainEqual(expect.stringMatching(/keep their keys, limits and budgets/));
  expect(await publish(another())).toMatchObject({ kind: 'published' });
});

describe('names that another kind of claim has used', () => {
  const gift = { gives: { lumees: 1 }, perDay: 1 };
  const fair = { proof: 'server', rewards: { lumees: 1 } };
  const used = 'keys of both would collide';

  test('an exchange named like a former claim type is refused, and nothing is written', async () => {
    await publish(changed(({ claimTypes }) => (claimTypes.autumn_fair = fair)));
    await publish(another());
    const before = await counts();
    expect(await publish(changed(({ exchanges }) => (exchanges.autumn_fair = gift)))).toMatchObject({
      kind: 'invalid',
      problems: [{ path: 'exchanges.autumn_fair', message: expect.stringContaining(used) }],
    });
    expect(await counts()).toEqual(before);
  });

  test('a claim type named like a former or a current exchange is refused', async () => {
    const withGift = changed(({ exchanges }) => (exchanges.winter_gift = gift));
    await publish(withGift);
    const swapped = changed(({ claimTypes }) => (claimTypes.winter_gift = fair));
    const expected = {
      kind: 'invalid',
      problems: [{ path: 'claimTypes.winter_gift', message: expect.stringContaining(used) }],
    };
    expect(await publish(swapped)).toMatchObject(expected);
    await publish(another());
    expect(await publish(swapped)).toMatchObject(expected);
    const back = changed(({ exchanges }) => (exchanges.winter_gift = gift));
    expect(await publish(back)).toMatchObject({ kind: 'published' });
  });

  test('an exchange named like the type of imported rows is refused', async () => {
    await ledger().owner.query(`SELECT onceward.register_names(2::smallint, '{spring_fair}')`);
    expect(await publish(changed(({ exchanges }) => (exchanges.spring_fair = gift)))).toMatchObject({
      kind: 'invalid',
      problems: [{ path: 'exchanges.spring_fair', message: expect.stringContaining('imported rows') }],
    });
    const claimType = changed(({ claimTypes }) => (claimTypes.spring_fair = fair));
    expect(await publish(claimType)).toMatchObject({ kind: 'published' });
  });
});

const EMPTY_PLAN = { choices: [], source_keys: [], on_expiry: [] };
const ANNOUNCED = { origin: 1, expires_at: null, message: null };

describe('what players hold', () => {
  test('of a resource that is gone is counted: balances, sources and pending rewards', async () => {
    const relics = { relics: {} };
    await publish(changed(({ resources }) => Object.assign(resources, relics)));
    const pays = { postings: [give('relics', 3)] };
    await granted(ledger().commit(operation({ claim_type: 'rating_slip', ...pays })));
    const source_keys = [{ game: false, resource: 'relics', key: 'match/1' }];
    await granted(ledger().commit(operation({ claim_type: 'rating_slip', ...pays, source_keys })));
    const plan = { ...EMPTY_PLAN, resources: ['relics'], postings: [give('relics', 3)] };
    const announces = { ...ANNOUNCED, claim_type: 'rating_slip', claim_key: fresh('slip'), plan };
    const announcement = {
      claim_type: 'announcement',
      source: 'announcement',
      postings: [],
      announces,
    } as const;
    await granted(ledger().commit(operation({ name: 'announceReward', ...announcement })));
    expect(textsOf(await publish(another()))).toEqual(
      expect.arrayContaining([
        'relics is gone. What players hold of it stays in the ledger, and nothing can use it. 2 players are holding it. 1 source is taken. 1 pending reward is to pay it.',
      ]),
    );
  });

  test('of a claim type whose reward changes is counted: pending rewards', async () => {
    await publish(another());
    const plan = { ...EMPTY_PLAN, resources: ['lumees'], postings: [give('lumees', 3)] };
    const announces = { ...ANNOUNCED, claim_type: 'tournament_reward', claim_key: fresh('cup'), plan };
    const announcement = {
      claim_type: 'announcement',
      source: 'announcement',
      postings: [],
      announces,
    } as const;
    await granted(ledger().commit(operation({ name: 'announceReward', ...announcement })));
    const next = changed(({ claimTypes }) => (claimTypes.tournament_reward.rewards.experience = 5));
    const texts = textsOf(await publish(next));
    expect(texts).toContainEqual(
      expect.stringMatching(
        /^tournament_reward pays 5 experience instead of .* 1 pending reward is paid as announced\.$/,
      ),
    );
  });
});

test('a preview says what publishing would do, and writes nothing', async () => {
  await publish(another());
  const { version } = await current();
  const before = await counts();
  const ownerDatabaseUrl = database().ownerDatabaseUrl;
  const document = changed(({ claimTypes }) => (claimTypes.daily_quest.rewards.lumees = 200));
  const preview = await previewPublication({ document, ownerDatabaseUrl });
  expect(preview).toMatchObject({ kind: 'publishable', current: version });
  expect(textsOf(preview)).toContain('daily_quest pays 200 lumees instead of 150.');
  document.claimTypes.daily_quest.period = 'week';
  expect(await previewPublication({ document, ownerDatabaseUrl })).toMatchObject({ kind: 'refused' });
  const reopens = ['claimTypes.daily_quest.period'];
  expect(await previewPublication({ document, ownerDatabaseUrl, reopens })).toMatchObject({
    kind: 'publishable',
  });
  expect(await counts()).toEqual(before);
});

describe('while another transaction holds a lock on the tables', () => {
  /** Runs work while new names cannot be registered. It may free the lock. */
  async function whileLocked(work: (free: () => Promise<unknown>) => Promise<void>) {
    const holder = await ledger().owner.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE onceward.names IN SHARE MODE');
      await work(() => holder.query('ROLLBACK'));
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  }
  const withResource = (name: string) => changed(({ resources }) => (resources[name] = {}));

  test('publishing is repeated, says so, and succeeds when the lock is free', async () => {
    await publish(another());
    const messages: string[] = [];
    await whileLocked(async (free) => {
      const onRetry = (message: string) => void messages.push(message);
      const publishing = publish(withResource('published_later'), { lockTimeout: '100ms', onRetry });
      await expect.poll(() => messages.length, { timeout: 10_000 }).toBeGreaterThan(0);
      await free();
      expect(await publishing).toMatchObject({ kind: 'published' });
    });
    expect(messages[0]).toBe('Another transaction holds a lock on the tables. Attempt 2 of 5 follows.');
  });

  test('publishing gives up after some attempts, says what to do, and has written nothing', async () => {
    await publish(another());
    const before = await counts();
    await whileLocked(async () => {
      const publishing = publish(withResource('never_published'), { lockTimeout: '50ms' });
      await expect(publishing).rejects.toThrow(/Nothing was published\. End it and publish again\./);
    });
    expect(await counts()).toEqual(before);
  });
});
