/** How often an operation is decided and sent, against a kernel that answers what each test scripts. */
import { describe, expect, test, vi } from 'vitest';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { NeededFacts, PlayerSnapshot } from '../../src/domain/player-facts.ts';
import type { BalanceRules, ClaimTypeRule, Facts } from '../../src/domain/rules.ts';
import type { Observation } from '../../src/resolvers/observe.ts';
import { sendOperation } from '../../src/resolvers/send-operation.ts';
import type { RequestContext } from '../../src/schema/builder.ts';
import { NOW, RULES, SERVER } from './rules.ts';

const REQUEST_ID = '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c';
const DOCUMENTS: ReadonlyMap<string, BalanceRules> = new Map(
  [7, 8, 9, 10, 11].map((version) => [`sha-${version}`, { ...RULES, version, sha256: `sha-${version}` }]),
);
const rulesOf = (version: number) => DOCUMENTS.get(`sha-${version}`) as BalanceRules;
const GRANTED = { kind: 'unknown_key' } as const;
const staleFor = (version: number, document: unknown = {}): Outcome => ({
  kind: 'stale_config',
  current: { version, sha256: `sha-${version}`, document },
});

/** A claim type whose reward follows from the player's gold. */
const READING: ClaimTypeRule = {
  ...(RULES.claimTypes.get('daily') as ClaimTypeRule),
  rewards: [
    {
      resource: 'gems',
      amount: Object.assign((inputs: Facts) => 1 + Number(inputs["balance('gold')"]), {
        reads: [{ kind: 'balance', name: "balance('gold')", resource: 'gold' } as const],
      }),
      cap: null,
      onceFor: null,
      scope: 'player',
    },
  ],
};

/** `loaded`: the version that the isolate begins with; `unreadable`: a digest whose document is damaged. */
function harness(
  answers: readonly Outcome[],
  {
    loaded = 7 as number | null,
    unreadable = '',
    found = [] as (PlayerSnapshot | null)[],
    claimTypes = RULES.claimTypes,
  } = {},
) {
  const needed: NeededFacts[] = [];
  const underTest = (rules: BalanceRules) => ({ ...rules, claimTypes });
  const sent: { operation: Operation; held: readonly string[] }[] = [];
  const adopted: number[] = [];
  const config = {
    loaded: async () => (loaded === null ? null : underTest(rulesOf(loaded))),
    held: () => ['held'],
    adoptCurrent: async ({
      version,
      sha256,
      document,
    }: {
      version: number;
      sha256: string;
      document: unknown;
    }) => {
      adopted.push(version);
      const isReadable = document !== null && sha256 !== unreadable;
      return isReadable
        ? { kind: 'rules', rules: underTest(rulesOf(version)) }
        : { kind: 'unavailable', why: 'damaged' };
    },
  };
  const context = {
    services: { config },
    requestId: REQUEST_ID,
    correlationId: 'cup-final-1',
    now: NOW,
  } as unknown as RequestContext;
  const noted: object[] = [];
  const observation: Observation = {
    note: (details) => void noted.push(details),
    timeDatabase: (call) => call(),
  };
  const send = (overrides: Partial<RequestContext> = {}) =>
    sendOperation({ ...context, ...overrides }, observation, {
      intent: {
        actor: SERVER,
        playerId: 'p1',
        idempotencyKey: 'key-0000000000000001',
        expectedVersion: null,
      },
      decide: (intent) =>
        decideClaimReward(intent, { type: 'daily', key: null, facts: null, ticket: null, terms: null }),
      read: async (needs) => {
        needed.push(needs);
        return found[needed.length - 1] ?? null;
      },
      send: async (operation, held) => {
        sent.push({ operation, held });
        return answers[sent.length - 1] as Outcome;
      },
    });
  return { send, sent, adopted, noted, needed };
}

test('an operation under the current config is sent once, with the digests that are held', async () => {
  const { send, sent, noted } = harness([GRANTED]);
  expect(await send()).toMatchObject({ answer: GRANTED, fault: null, rules: { version: 7 } });
  expect(sent).toMatchObject([{ operation: { mode: 'commit', configVersion: 7 }, held: ['held'] }]);
  expect(noted).toMatchObject([{ claimType: 'daily', claimKey: '2026-11-02', configVersion: 7 }]);
});

describe('the correlation IDs', () => {
  test('the request and the caller have one each', async () => {
    const { send, sent } = harness([GRANTED]);
    await send();
    expect(sent).toMatchObject([
      { operation: { correlationId: REQUEST_ID, clientCorrelationId: 'cup-final-1' } },
    ]);
  });

  test('a caller who sent none has none', async () => {
    const { send, sent } = harness([GRANTED]);
    await send({ correlationId: REQUEST_ID });
    expect(sent).toMatchObject([{ operation: { correlationId: REQUEST_ID, clientCorrelationId: null } }]);
  });
});

describe('a config that is not current', () => {
  test.each([
    8, 9,
  ])('is replaced by the one that the kernel names, and the operation is decided again', async (version) => {
    const { send, sent, adopted } = harness([staleFor(version), GRANTED], { loaded: 10 });
    expect(await send()).toMatchObject({
      answer: GRANTED,
      rules: { version },
      operation: { configVersion: version },
    });
    expect(sent.map(({ operation }) => operation.configVersion)).toEqual([10, version]);
    expect(adopted).toEqual([version]);
  });

  test('an isolate without a config looks the key up, and decides with what the kernel brings', async () => {
    const { send, sent } = harness([staleFor(7), GRANTED], { loaded: null });
    expect(await send()).toMatchObject({ answer: GRANTED, rules: { version: 7 } });
    expect(sent).toMatchObject([
      { operation: { mode: 'lookup', configVersion: null, configSha256: null } },
      { operation: { mode: 'commit', configVersion: 7, configSha256: 'sha-7' } },
    ]);
  });

  test('a known key is answered without a config', async () => {
    const reused = { kind: 'key_reused', fields: ['type'], actor: SERVER, correlationId: 'x' } as const;
    const { send } = harness([reused], { loaded: null });
    expect(await send()).toMatchObject({ answer: { kind: 'key_reused' }, rules: null });
  });

  test('where nothing is published there is no config', async () => {
    const { send } = harness([{ kind: 'stale_config', current: null }], { loaded: null });
    await expect(send()).rejects.toMatchObject({ fault: { code: 'CONFIG_UNAVAILABLE' } });
  });

  test('a current config that cannot be compiled is a fault with its reason for the log', async () => {
    const { send } = harness([staleFor(8)], { unreadable: 'sha-8' });
    await expect(send()).rejects.toMatchObject({ fault: { code: 'CONFIG_UNAVAILABLE', detail: 'damaged' } });
  });

  test('a document that was held but is evicted is asked for with a lookup', async () => {
    const { send, sent } = harness([staleFor(8, null), staleFor(8), GRANTED]);
    expect(await send()).toMatchObject({ rules: { version: 8 } });
    expect(sent.map(({ operation }) => operation.configVersion)).toEqual([7, null, 8]);
  });
});

test('an operation that does not hold at the time of the kernel is decided for that time', async () => {
  const at = new Date('2026-11-03T12:00:00Z');
  const { send, sent } = harness([{ kind: 'stale_time', at }, staleFor(8), GRANTED]);
  expect(await send()).toMatchObject({ answer: GRANTED });
  expect(sent.map(({ operation }) => operation.claimKey)).toEqual(['2026-11-02', '2026-11-03', '2026-11-03']);
});

test('after four attempts the ledger counts as unavailable', async () => {
  const { send, sent } = harness([8, 9, 10, 11].map((version) => staleFor(version)));
  await expect(send()).rejects.toThrow(/the outcome is unknown/);
  expect(sent).toHaveLength(4);
});

test('an operation for which the database’s clock is behind is not sent again: it is logged, and nothing was done', async () => {
  const { send, sent } = harness([{ kind: 'clock_behind', seconds: 400 }]);
  const logged: string[] = [];
  const spy = vi.spyOn(console, 'warn').mockImplementation((line: string) => void logged.push(line));
  const error = await send().catch((thrown: unknown) => thrown);
  spy.mockRestore();
  expect(error).toMatchObject({
    message: expect.stringContaining('nothing was done'),
    extensions: { code: 'UNAVAILABLE', http: { status: 503, headers: { 'retry-after': '60' } } },
  });
  expect(sent).toHaveLength(1);
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'clock_behind', seconds: 400, correlationId: 'cup-final-1' },
  ]);
});

describe('a decision that reads the player', () => {
  const claimTypes = new Map([['daily', READING]]);
  const state = (number: number, gold: number): PlayerSnapshot => ({
    number,
    balances: { gold },
    anchors: {},
    regenerationRules: [],
    playerSince: '2026-01-01T00:00:00.000Z',
    at: '2026-11-01T23:30:00.000Z',
    held: [],
  });
  const STALE = { kind: 'stale_player' } as const;
  const gemsIn = ({ postings }: Operation) => postings.map(({ delta }) => delta);

  test('takes one read, then is sent once', async () => {
    const { send, sent, needed } = harness([GRANTED], { claimTypes, found: [state(4, 20)] });
    expect(await send()).toMatchObject({ answer: GRANTED });
    expect(needed).toEqual([{ resources: ['gold'], sourceKeys: [] }]);
    expect(sent).toMatchObject([
      { operation: { mode: 'commit', decidedOn: 4, factsRead: { "balance('gold')": 20 } } },
    ]);
    expect(sent.map(({ operation }) => gemsIn(operation))).toEqual([[21]]);
  });

  test('is made again on the state that the player has now', async () => {
    const { send, sent } = harness([STALE, STALE, GRANTED], {
      claimTypes,
      found: [state(4, 20), state(5, 30), state(6, 10)],
    });
    expect(await send()).toMatchObject({ answer: GRANTED });
    expect(sent.map(({ operation }) => operation.decidedOn)).toEqual([4, 5, 6]);
    expect(sent.map(({ operation }) => gemsIn(operation))).toEqual([[21], [31], [11]]);
  });

  test('after three states is given up, and nothing was done', async () => {
    const { send, sent } = harness([STALE, STALE, STALE], { claimTypes, found: [state(4, 1)] });
    expect(await send().catch((error: unknown) => error)).toMatchObject({
      message: expect.stringContaining('nothing was done'),
      extensions: { code: 'UNAVAILABLE', retryable: undefined, http: { status: 503 } },
    });
    expect(sent).toHaveLength(3);
  });

  test('reads a player who does not exist as one with nothing', async () => {
    const { send, sent } = harness([GRANTED], { claimTypes, found: [null] });
    await send();
    expect(sent).toMatchObject([{ operation: { decidedOn: 0, factsRead: { "balance('gold')": 0 } } }]);
  });

  test('reads again under another config, and not for another time', async () => {
    const at = new Date('2026-11-03T12:00:00Z');
    const { send, sent, needed } = harness([{ kind: 'stale_time', at }, staleFor(8), GRANTED], {
      claimTypes,
      found: [state(4, 20), state(5, 30)],
    });
    await send();
    expect(needed).toHaveLength(2);
    expect(sent.map(({ operation }) => operation.decidedOn)).toEqual([4, 4, 5]);
  });
});
