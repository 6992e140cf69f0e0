import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelNewGrant, KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { AIMED } from '../support/ledger/aimed-forgeries.ts';
import { type Answer, sendForged } from '../support/ledger/forged-run.ts';
import type { ForgedGame } from '../support/ledger/forgery.ts';
import { stock } from '../support/ledger/game.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { publishRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement } from '../support/ledger/systems.ts';
import type { MadeClaim } from '../support/ledger/valid-operations.ts';

const OPERATIONS = Number(process.env.ONCEWARD_FORGED_OPERATIONS ?? 2_000);
const SEED = Number(process.env.ONCEWARD_FUZZ_SEED ?? 20_261_129);
const LIMIT = 40;
const BUDGET = 400;
const STOCK = { one: 30, striped: 50 };

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
let game: ForgedGame;
const players = Array.from({ length: 24 }, () => fresh('player'));
beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
  await publishRules(ledger.owner);
  const game_limits = [stock('one', STOCK.one), stock('striped', STOCK.striped, 32)];
  await publishRules(ledger.owner, { game_limits });
  const { rows } = await ledger.owner.query(
    `SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs
      ORDER BY version DESC LIMIT 1`,
  );
  const staff = {
    member: await ledger.addStaff({ limit: LIMIT, budget: BUDGET }),
    colleague: await ledger.addStaff({ limit: LIMIT, budget: BUDGET }),
    disabled: await ledger.addStaff({ limit: LIMIT, budget: BUDGET, disabled: true }),
    auditor: await ledger.addStaff({ role: 'auditor', limit: LIMIT, budget: BUDGET }),
  };
  game = { players, staff, limit: LIMIT, config: rows[0] };
  for (const player of players)
    await granted(ledger.commit(operation({ player, postings: [give('gold', 500), give('gems', 50)] })));
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

/** SQLSTATEs with which a forged operation may fail: what it says is malformed, out of range or not allowed. */
const REFUSALS = new Set([
  '22003',
  '22004',
  '22007',
  '22008',
  '22009',
  '22023',
  '22P02',
  '22P05',
  '23502',
  '23505',
  '23514',
  '42501',
  '42804',
]);

/** A checksum of every recorded row that existed at the moment; a row that changes or goes changes it. */
const RECORDED = [
  'reward_claims',
  'ledger_entries',
  'refusals',
  'audit_events',
  'names',
  'balance_configs',
  'milestones',
  'award_limits',
  'staff_values',
  'take_limits',
];
const RULES = [
  ...['settings', 'staff', 'staff_limits', 'roles', 'permissions', 'role_permissions'],
  ...['game_limits', 'regeneration_rules'],
];
async function rowsOf(tables: readonly string[]): Promise<Set<string>> {
  const all = await Promise.all(
    tables.map((table) =>
      ledger.owner.query(`SELECT md5('${table}' || t::text) AS row FROM onceward.${table} t`),
    ),
  );
  return new Set(all.flatMap(({ rows }) => rows.map(({ row }) => row as string)));
}

describe(`${OPERATIONS} forged operations of the app role`, () => {
  let answers: readonly Answer[];
  let before: Set<string>;
  let rules: Set<string>;

  beforeAll(async () => {
    const claims: MadeClaim[] = [];
    for (const player of players.slice(0, 8)) {
      const sent = operation({
        player,
        claim_type: 'other',
        units: 6,
        postings: [take('gems', 6), give('zinc', 13)],
      });
      claims.push((await granted(ledger.commit(sent))).claim);
      await granted(ledger.commit(announcement({ playerId: player, type: 'chest', key: 'owed' })));
    }
    before = await rowsOf(RECORDED);
    rules = await rowsOf(RULES);
    const { databaseUrl } = database;
    answers = await sendForged(game, claims, { databaseUrl, count: OPERATIONS, seed: SEED });
  }, 180_000);

  const grantedOnes = () =>
    answers.flatMap(({ sent, what, outcome }) =>
      outcome?.kind === 'granted' && !outcome.replayed
        ? [{ sent, what, outcome: outcome as KernelNewGrant }]
        : [],
    );

  test('valid operations are answered, and none fails', () => {
    expect(answers).toHaveLength(OPERATIONS);
    const good = answers.filter(({ what }) => what === 'valid');
    expect(good.filter(({ outcome }) => outcome === null)).toEqual([]);
    const kinds = new Set(good.map(({ outcome }) => outcome?.kind));
    expect(kinds).toEqual(new Set(['granted', 'rejected', 'unknown_key']));
    expect(good.filter(({ outcome }) => outcome?.kind === 'granted').length).toBeGreaterThan(good.length / 4);
  });

  test('forged operations fail with an error of the caller, never with one of the kernel', () => {
    const odd = answers.filter(({ code }) => code !== null && !REFUSALS.has(code));
    expect(odd.map(({ what, code, message }) => ({ what, code, message }))).toEqual([]);
  });

  test('what leaves a limit out, acts as somebody else or names another config is refused', () => {
    // A claim of an announced reward pays what was announced: its own postings are not looked at.
    const placeOf = (player: unknown, type: unknown, key: unknown) => JSON.stringify([player, type, key]);
    const announced = new Set(
      grantedOnes().map(({ sent: { player, announces } }) =>
        placeOf(player, announces?.claim_type, announces?.claim_key),
      ),
    );
    const wrong = answers.filter(({ refused, outcome, what, sent }) => {
      if (!refused || outcome === null) return false;
      const { player, claim_type, claim_key } = sent;
      if (/posting|gift/.test(what) && announced.has(placeOf(player, claim_type, claim_key))) return false;
      return refused === 'ungranted' ? outcome.kind === 'granted' : outcome.kind !== refused;
    });
    expect(wrong.map(({ what, sent, outcome }) => ({ what, mode: sent.mode, outcome }))).toEqual([]);
    // The run tried all of them.
    const tried = new Set(answers.map(({ what }) => what));
    expect(AIMED.filter(([what]) => !tried.has(what)).map(([what]) => what)).toEqual([]);
  });

  test('the ledger is sound afterwards', async () => {
    const { rows: ids } = await ledger.owner.query('SELECT id FROM onceward.actors WHERE kind = 1');
    expect(
      await brokenInvariants(
        ledger.owner,
        ids.map(({ id }) => id),
      ),
    ).toEqual([]);
    const { rows } = await ledger.owner.query(`SELECT onceward.integrity_page('', 100000) AS page`);
    expect(rows[0].page.faults).toEqual([]);
  });

  test('no staff member gives more than their row allows', async () => {
    // What the entries of their claims gave, whatever the claims say.
    const { rows: values } = await ledger.owner.query(
      `SELECT n.name, v.value::float8 FROM onceward.staff_values v
         JOIN onceward.names n ON (n.kind, n.no) = (1, v.resource)
        WHERE v.config_version = $1`,
      [game.config.config_version],
    );
    // Rubies have a limit of their own. Relics have no row, and may not be given.
    const unitValues = new Map<string, number>(values.map(({ name, value }) => [name, value ?? 0]));
    const { rows: gifts } = await ledger.owner.query(
      `SELECT c.player_id, c.number, c.claim_type, c.claim_key, e.resource,
              sum(e.delta)::float8 AS amount
         FROM onceward.claims_by_name c
         JOIN onceward.entries_by_name e ON e.cause = 'operation' AND e.delta > 0
          AND ((e.player_id, e.number) = (c.player_id, c.number)
            OR (e.player_id, e.number) = (c.counterparty_id, c.counterparty_number))
        WHERE c.actor_kind = 'staff'
        GROUP BY c.player_id, c.number, c.claim_type, c.claim_key, e.resource`,
    );
    const byClaim = Map.groupBy(gifts, ({ player_id, number }) => `${player_id} ${number}`);
    const rows = [...byClaim.values()].map((all) => ({
      ...all[0],
      given: all.reduce(
        (sum, { resource, amount }) => sum + amount * (unitValues.get(resource) ?? Number.POSITIVE_INFINITY),
        0,
      ),
    }));
    // What a reversal returns was the player's own (below). What a server announced is no gift of the member who pays it.
    const reversals = new Set(
      grantedOnes()
        .filter(({ sent }) => sent.source === 'reversal')
        .map(({ sent, outcome }) => `${sent.player} ${outcome.number}`),
    );
    const announcedBy = (kind: string) =>
      grantedOnes().filter(({ sent }) => sent.source === 'announcement' && sent.actor_kind === kind);
    const amountOf = (sent: KernelOperation) =>
      (sent.announces?.plan.postings ?? []).reduce((sum, { delta }) => sum + Math.max(delta, 0), 0);
    const owed = new Map<string, number>();
    for (const { sent } of announcedBy('server')) {
      const key = `${sent.player} ${sent.announces?.claim_type} ${sent.announces?.claim_key}`;
      owed.set(key, Math.max(owed.get(key) ?? 0, amountOf(sent)));
    }
    const exceeded = rows.filter(({ player_id, number, claim_type, claim_key, given }) => {
      const announcement = owed.get(`${player_id} ${claim_type} ${claim_key}`) ?? 0;
      return !reversals.has(`${player_id} ${number}`) && given > Math.max(LIMIT, announcement);
    });
    expect(exceeded).toEqual([]);
    expect(rows.length).toBeGreaterThan(10);
    expect(announcedBy('staff').filter(({ sent }) => amountOf(sent) > LIMIT)).toEqual([]);
    const { rows: days } = await ledger.owner.query(
      `SELECT subject_id, period, used FROM onceward.limits_by_name
        WHERE kind = 'staff' AND "limit" = 'staff:budget' AND used > $1`,
      [BUDGET],
    );
    expect(days).toEqual([]);
  });

  test('nobody acts as an operator, or as an unknown or disabled staff member, or as one without the permission', async () => {
    const { rows } = await ledger.owner.query(
      `SELECT c.actor_kind, c.actor_id FROM onceward.claims_by_name c
        WHERE c.actor_kind = 'operator' OR c.actor_kind = 'staff' AND NOT c.actor_id = ANY ($1)
       UNION ALL
       SELECT c.actor_kind, c.actor_id FROM onceward.claims_by_name c
        WHERE c.actor_kind = 'player' AND c.actor_id <> c.player_id
       UNION ALL
       SELECT r.actor_kind, r.actor_id FROM onceward.refusals_by_name r
        WHERE r.actor_kind = 'operator' OR r.actor_kind = 'staff' AND NOT r.actor_id = ANY ($1)`,
      [[game.staff.member, game.staff.colleague]],
    );
    expect(rows).toEqual([]);
  });

  test('no claim is made under a config that is not current', async () => {
    const { rows } = await ledger.owner.query('SELECT DISTINCT config_version FROM onceward.reward_claims');
    expect(rows).toEqual([{ config_version: game.config.config_version }]);
  });

  test('no stock that was published is exceeded, and each counter is what the claims used', async () => {
    const { rows } = await ledger.owner.query(
      `SELECT g.period, sum(k.used)::int AS used, g.bound::int, (
         SELECT coalesce(sum((u->>4)::bigint), 0)::int
           FROM (SELECT c.limits_used AS list FROM onceward.reward_claims c
                  WHERE NOT EXISTS (SELECT FROM onceward.reversed_claims r
                                     WHERE (r.player, r.number) = (c.player, c.number) AND r.reopened)
                 UNION ALL SELECT w.plan->'uses' FROM onceward.pending_rewards w) AS recorded,
                json_array_elements(recorded.list) AS u
          WHERE (u->>0)::int = 3 AND u->>2 = g.period) AS claimed
         FROM onceward.game_limits g JOIN onceward.limit_counters k
           ON (k.kind, k."limit", k.period) = (3, g."limit", g.period)
        GROUP BY g.period, g.bound, g."limit" ORDER BY 1`,
    );
    expect(rows.map(({ period, bound }) => [period, bound])).toEqual([
      ['one', STOCK.one],
      ['striped', STOCK.striped],
    ]);
    for (const { used, bound, claimed } of rows) {
      expect(used).toBeLessThanOrEqual(bound);
      expect(claimed).toBe(used);
    }
  });

  test('no claim is reversed for more than its whole', async () => {
    const { rows: owners } = await ledger.owner.query(
      `SELECT id, encode(handle, 'hex') AS handle FROM onceward.actors WHERE kind = 1`,
    );
    const ownerOf = new Map(owners.map(({ handle, id }) => [handle, id]));
    const { rows: entries } = await ledger.owner.query(
      `SELECT player_id, number, resource, sum(delta)::float8 AS delta FROM onceward.entries_by_name
        WHERE cause = 'operation' GROUP BY 1, 2, 3`,
    );
    const moved = new Map(
      entries.map((row) => [`${row.player_id} ${row.number} ${row.resource}`, row.delta]),
    );
    const back = new Map<string, number>();
    for (const { sent, outcome } of grantedOnes()) {
      if (sent.source !== 'reversal' || sent.reverses === null || sent.reverses.counters?.length) continue;
      const target = `${ownerOf.get(sent.reverses.handle.slice(2).toLowerCase())} ${sent.reverses.number}`;
      for (const { resource, delta, cause } of outcome.changes ?? [])
        if (cause === 1) back.set(`${target} ${resource}`, (back.get(`${target} ${resource}`) ?? 0) + delta);
    }
    const exceeded = [...back].filter(([key, delta]) => {
      const whole = moved.get(key) ?? 0;
      return delta * whole > 0 || Math.abs(delta) > Math.abs(whole);
    });
    expect(exceeded).toEqual([]);
    expect(back.size).toBeGreaterThan(5);
  });

  test('no recorded row is changed or deleted, and no rule either', async () => {
    const after = await rowsOf(RECORDED);
    expect([...before].filter((row) => !after.has(row))).toEqual([]);
    expect(await rowsOf(RULES)).toEqual(rules);
  });

  test('the app role itself may write to no table', async () => {
    const before = await standing(ledger.owner, ...players);
    for (const table of [...RECORDED, ...RULES, 'balances', 'actors', 'limit_counters', 'outbox']) {
      for (const statement of [
        `DELETE FROM onceward.${table}`,
        `TRUNCATE onceward.${table}`,
        `INSERT INTO onceward.${table} DEFAULT VALUES`,
      ])
        await expect(ledger.app.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    expect(await standing(ledger.owner, ...players)).toEqual(before);
  });
});
