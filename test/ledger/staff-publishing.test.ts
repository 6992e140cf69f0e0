// Configs that staff publish: what the kernel enforces, whatever the Worker sends.
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/config/json.ts';
import { granted } from '../support/ledger/ledger.ts';
import { operation } from '../support/ledger/operations.ts';
import { openStaffPublisher } from '../support/ledger/staff-publisher.ts';

const { another, current, ledger, sent, act, publishAs, approve, set, economist, nothing, publish } =
  openStaffPublisher();

beforeAll(async () => void (await publish(another())));
afterEach(async () => {
  await set('staff');
  const { rows } = await ledger().owner.query('SELECT onceward.scheduled_config() AS version');
  if (rows[0].version !== null)
    await ledger().owner.query('SELECT onceward.cancel_config($1, $2, NULL)', [rows[0].version, 'ada']);
});

const refused = (why: string) => ({ kind: 'rejected', rejection: { kind: 'config_refused', why } });
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('a config that staff publish', () => {
  test('is a version of the member, with the rows that the kernel reads, an audit row and the claim', async () => {
    const by = await economist();
    const action = await sent();
    const outcome = await publishAs(by, action);
    const { version, sha256 } = await current();
    expect(version).toBeGreaterThan(action.base);
    expect(outcome).toMatchObject({
      kind: 'granted',
      record: { proposalId: null, config: { version, sha256, publishedBy: by, state: 'current' } },
    });
    const { rows } = await ledger().owner.query(
      `SELECT (SELECT count(*)::int FROM onceward.milestones WHERE config_version = $1) AS milestones,
              (SELECT count(*)::int FROM onceward.staff_values WHERE config_version = $1) AS "values",
              (SELECT json_agg(json_build_array(action, actor_kind, outcome) ORDER BY action)
                 FROM onceward.audit_by_name WHERE actor_id = $2) AS audited`,
      [version, by],
    );
    expect(rows[0]).toEqual({
      milestones: action.effects.milestones.length,
      values: action.effects.staff.values.length,
      audited: [
        ['config.publish', 'staff', 'done'],
        ['publishBalanceConfig', 'staff', 'granted'],
      ],
    });
  });

  test('is answered as before under its key, also once it is no longer current', async () => {
    const [by, key] = [await economist(), { idempotency_key: 'key-of-a-publication' }];
    const action = await sent();
    const first = await publishAs(by, action, key);
    await publish(another());
    const again = await nothing(() => publishAs(by, action, key));
    expect(again).toMatchObject({
      kind: 'granted',
      replayed: true,
      record: { config: { version: first.record.config.version, state: 'former' } },
    });
  });

  test.each(['support', 'auditor'] as const)('is refused to %s', async (role) => {
    const by = await ledger().addStaff({ role });
    const action = await sent();
    expect(await nothing(() => publishAs(by, action))).toMatchObject({ kind: 'forbidden', why: 'role' });
  });

  test('is refused to a disabled member, and to somebody who is no member', async () => {
    const action = await sent();
    const disabled = await ledger().addStaff({ role: 'admin', disabled: true });
    expect(await nothing(() => publishAs(disabled, action))).toMatchObject({ why: 'disabled' });
    expect(await nothing(() => publishAs('nobody-at-all', action))).toMatchObject({ why: 'unknown_staff' });
  });

  test('is rejected on another base, and names the current version', async () => {
    const by = await economist();
    const action = await sent();
    const { version } = await current();
    for (const base of [version - 1, version + 1, 2 ** 52])
      expect(await nothing(() => publishAs(by, { ...action, base }))).toMatchObject({
        rejection: { kind: 'config_changed', current: version, scheduled: null },
      });
  });

  test('is rejected while the owner has switched it off', async () => {
    const by = await economist();
    const action = await sent();
    await set('off');
    expect(await nothing(() => publishAs(by, action))).toMatchObject(refused('off'));
    expect(await nothing(() => act(by, { kind: 'config.cancel', version: 1 }))).toMatchObject(refused('off'));
  });

  test('fails under the digest of another document', async () => {
    const by = await economist();
    const action = await sent();
    const forged = { ...action, document: another() };
    await nothing(() => expect(publishAs(by, forged)).rejects.toMatchObject({ code: '22023' }));
  });

  test('fails where it is longer than any config, so that no disk is filled', async () => {
    const by = await economist();
    const action = { ...(await sent()), summary: { changes: 'x'.repeat(9_000_000) } };
    await nothing(() => expect(publishAs(by, action)).rejects.toMatchObject({ code: '22023' }));
  });

  test('fails where the action names another permission, an unknown kind, or a player', async () => {
    const by = await economist();
    const action = await sent();
    for (const [kind, over] of [
      ['config.publish', { permission: 'campaign:manage' }],
      ['config.publish', { actor_kind: 'server' }],
      ['publish', {}],
      ['config.publish', { player: 'player-1' }],
    ] as const)
      await nothing(() =>
        expect(act(by, { ...action, kind }, over)).rejects.toMatchObject({ code: '22023' }),
      );
    await nothing(() => expect(act(by, { ...action, kind: 'config.drop' })).rejects.toThrow());
  });

  test('of 16 at once on one base is one', async () => {
    const members = await Promise.all(Array.from({ length: 16 }, economist));
    const actions = await Promise.all(members.map(() => sent()));
    const outcomes = await Promise.all(members.map((by, at) => publishAs(by, actions[at] as object)));
    const kinds = outcomes.map((one) => one.rejection?.kind ?? one.kind).toSorted();
    expect(kinds).toEqual([...Array(15).fill('config_changed'), 'granted']);
    const [winner] = outcomes.filter(({ kind }) => kind === 'granted');
    expect(winner?.record.config.version).toBe((await current()).version);
    expect((await current()).version).toBe((actions[0]?.base ?? 0) + 1);
  });

  test('with a stock counts what was claimed before, while 64 operations commit', async () => {
    const by = await economist();
    const document = another();
    const { exchanges } = document as { exchanges: Record<string, object> };
    Object.assign(exchanges.buy_summon_token as object, { total: 1_000 });
    const action = await sent(document);
    const claims = Array.from({ length: 64 }, () => operation({ postings: [], claim_type: 'daily_quest' }));
    const sending = claims.map(async (sentClaim) => {
      for (;;) {
        const outcome = await ledger().commit(sentClaim);
        if (outcome.kind !== 'stale_config') return granted(Promise.resolve(outcome));
      }
    });
    const [outcome, ...done] = await Promise.all([publishAs(by, action), ...sending]);
    expect([outcome.kind, done.length]).toEqual(['granted', 64]);
    const versions = new Set(done.map(({ claim }) => claim.configVersion));
    for (const version of versions) expect([action.base, action.base + 1]).toContain(version);
  });
});

describe('with the approval of another member', () => {
  test('it is proposed, approved by another, and published once; the proposal holds the document', async () => {
    await set('approved');
    const [by, other] = [await economist(), await economist()];
    const action = await sent();
    const { record } = await publishAs(by, action);
    expect(record).toMatchObject({ config: null, proposalId: expect.any(Number) });
    expect((await current()).version).toBe(action.base);
    const again = await publishAs(by, action);
    expect(again.record).toEqual(record);
    const own = await nothing(() => approve(by, record.proposalId));
    expect(own).toMatchObject({ rejection: { kind: 'proposal_refused', why: 'own' } });

    expect(await approve(other, record.proposalId)).toMatchObject({ record: { state: 'approved' } });
    const done = await publishAs(by, action);
    expect(done.record.config).toMatchObject({ publishedBy: by, state: 'current' });
    const { rows } = await ledger().owner.query('SELECT * FROM onceward.proposals WHERE no = $1', [
      record.proposalId,
    ]);
    expect(rows[0]).toMatchObject({
      kind: 'config.publish',
      permission: 'config:approve',
      state: 'executed',
      document: action.document,
    });
    expect(await nothing(() => publishAs(by, action))).toMatchObject({
      rejection: { kind: 'config_changed' },
    });
  });

  test.each(['document', 'time', 'effects'])('an approval holds for no other %s', async (what) => {
    await set('approved');
    const [by, other] = [await economist(), await economist()];
    const action = await sent(another(), { at: inAnHour() });
    const { record } = await publishAs(by, action);
    await approve(other, record.proposalId);
    const { staff } = action.effects;
    const changed =
      what === 'document'
        ? await sent(another(), { at: action.at ?? null })
        : what === 'time'
          ? { ...action, at: new Date(Date.now() + 7_200_000).toISOString() }
          : { ...action, effects: { ...action.effects, staff: { ...staff, daily_budget: 10 ** 9 } } };
    const answer = await publishAs(by, changed);
    expect(answer.record).toMatchObject({ config: null });
    expect(answer.record.proposalId).not.toBe(record.proposalId);
    expect((await ledger().owner.query('SELECT onceward.scheduled_config() AS v')).rows[0].v).toBeNull();
  });

  test('a publication withdraws what was proposed on the version before', async () => {
    await set('approved');
    const [by, other] = [await economist(), await economist()];
    const { record } = await publishAs(by, await sent());
    await publish(another());
    expect(await nothing(() => approve(other, record.proposalId))).toMatchObject({
      rejection: { kind: 'proposal_refused', why: 'withdrawn' },
    });
  });

  test('support, who may decide about proposals, may not approve it', async () => {
    await set('approved');
    const { record } = await publishAs(await economist(), await sent());
    const support = await ledger().addStaff();
    expect(await nothing(() => approve(support, record.proposalId))).toMatchObject({
      rejection: { kind: 'proposal_refused', why: 'role' },
    });
  });
});

describe('a config that staff schedule', () => {
  const schedule = async (by: string) => {
    const action = await sent(another(), { at: inAnHour() });
    return { action, version: (await publishAs(by, action)).record.config.version as number };
  };

  test('is cancelled by the member who names it, with an audit row', async () => {
    const by = await economist();
    const { version } = await schedule(by);
    const cancel = (named: number) => act(by, { kind: 'config.cancel', version: named });
    expect(await nothing(() => cancel(version + 1))).toMatchObject({
      rejection: { kind: 'config_changed', scheduled: version },
    });
    expect(await cancel(version)).toMatchObject({
      record: { scheduled: null, config: { version, state: 'cancelled' } },
    });
    expect(await nothing(() => cancel(version))).toMatchObject(refused('not_scheduled'));
  });

  test('stays scheduled under a new number, or is replaced, as the publication says', async () => {
    const by = await economist();
    const { action, version } = await schedule(by);
    expect(await nothing(async () => publishAs(by, await sent()))).toMatchObject(refused('scheduled'));
    const keeping = await publishAs(
      by,
      await sent(another(), { keeps: version, keptEffects: action.effects }),
    );
    expect(keeping.record).toMatchObject({
      config: { state: 'current' },
      scheduled: { sha256: action.sha256, version: keeping.record.config.version + 1, publishedBy: by },
    });
    const replacing = await publishAs(by, await sent(another(), { cancels: version + 2 }));
    expect(replacing.record).toMatchObject({ config: { state: 'current' }, scheduled: null });
  });

  test('is rejected at a time that is over, and where limits of the whole game would change', async () => {
    const by = await economist();
    const past = await sent(another(), { at: '2020-01-01T00:00:00.000Z' });
    expect(await nothing(() => publishAs(by, past))).toMatchObject(refused('past'));
    const other = await sent(another(), { at: inAnHour() });
    const limit = { limit: 'stock', period: 'ever', since: '-infinity', claim_types: [], resource: null };
    const game_limits = [...other.effects.game_limits, { ...limit, bound: 5, stripes: 1 }];
    const stock = { ...other, effects: { ...other.effects, game_limits } };
    expect(await nothing(() => publishAs(by, stock))).toMatchObject(refused('game_limits'));
  });
});

test('the kernel computes the digest of a document as publishing does', async () => {
  const text = fc.string({ unit: 'grapheme' });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.maxSafeInteger(), text, fc.boolean(), fc.constant(null)),
      fc.array(tie('value')),
      fc.dictionary(fc.stringMatching(/^[$A-Za-z0-9_:-]{1,12}$/), tie('value')),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(value, async (given) => {
      const sentText = JSON.stringify(given);
      // Postgres stores no NUL.
      fc.pre(!sentText.includes('\\u0000'));
      const { rows } = await ledger().owner.query('SELECT onceward.canonical_json($1) AS text', [sentText]);
      expect(rows[0].text).toBe(canonicalJson(JSON.parse(sentText)));
    }),
    { numRuns: 300 },
  );
  const { document } = await current();
  const { rows } = await ledger().owner.query('SELECT onceward.canonical_json($1) AS text', [
    JSON.stringify(document),
  ]);
  expect(rows[0].text).toBe(canonicalJson(document));
});
