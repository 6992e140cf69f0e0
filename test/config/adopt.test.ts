// The config loader adopts a config that came with an answer of the kernel, as the current one or beside it.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { canonicalJson } from '../../src/config/json.ts';
import type { ConfigLoader } from '../../src/config/load.ts';
import { POINTER_KEY, type PublishedConfig } from '../../src/config/published.ts';
import { MAX_KEPT_BYTES } from '../../src/config/rules-cache.ts';
import { rules, unavailable } from '../support/loader-answers.ts';
import { exampleDocument, exampleWith, published } from './example.ts';
import { createFakeSources, TTL_MS } from './fake-sources.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** An example whose descriptions fill it to this size. */
function exampleOfKib(kib: number, version: number): unknown {
  const document = exampleWith(BASE_PATH, version) as {
    claimTypes: Record<string, { description?: string }>;
  };
  const event = { ...document.claimTypes.daily_quest, description: 'x'.repeat(500) };
  const events = (kib * 1024 - canonicalJson(document).length) / canonicalJson({ event_100: event }).length;
  for (const number of range(Math.floor(events))) document.claimTypes[`event_${number}`] = event;
  return document;
}

const BASE_PATH = ['statPoints', 'stats', 'health', 'base'];

let one: PublishedConfig;
let two: PublishedConfig;
let world: ReturnType<typeof createFakeSources>;

beforeAll(async () => {
  one = await published(1, exampleDocument());
  two = await published(2, exampleWith(BASE_PATH, 600));
});

beforeEach(() => {
  world = createFakeSources();
});

describe('adopting the rules of another version', () => {
  test('adopts an older document without making it current', async () => {
    world.publish(one);
    world.publish(two);
    const loader = world.loader();
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toEqual(rules(2));
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toEqual(rules(2));
  });

  test('does not adopt a document that is invalid or does not match its digest', async () => {
    const loader = world.loader();
    expect(await loader.adopt({ ...one, sha256: two.sha256 })).toEqual(
      unavailable(/does not match its digest/),
    );
    const invalid = await published(1, exampleWith(['timeZone'], 'nowhere'));
    expect(await loader.adopt(invalid)).toEqual(unavailable(/is invalid: timeZone: must be/));
  });

  test('does not use an adopted document as current when no current config is available', async () => {
    const loader = world.loader();
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toMatchObject({ kind: 'unavailable' });
  });

  test('compiles a document once', async () => {
    const loader = world.loader();
    const first = await loader.adopt(one);
    const again = await loader.adopt(one);
    expect(first.kind === 'rules' && again.kind === 'rules' && again.rules === first.rules).toBe(true);
  });

  test('makes an adopted newer version current, because a claim proves that it was published', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    await loader.adopt(two);
    expect(await loader.current()).toEqual(rules(2));
  });

  describe('whose documents are large', () => {
    let versions: readonly PublishedConfig[];
    beforeAll(async () => {
      versions = await Promise.all(
        range(16).map((version) => published(version, exampleOfKib(190, version))),
      );
    });

    /** The versions whose documents are no longer, or not yet, in memory: a kernel would send them again. */
    const missing = (loader: ConfigLoader, count: number) => {
      const held = loader.held();
      return range(count).filter(
        (version) => !held.includes((versions[version - 1] as PublishedConfig).sha256),
      );
    };
    /** Replays in turn through the first versions, as often as `rounds` says. Returns how many documents were sent. */
    const replayInTurn = async (loader: ConfigLoader, count: number, rounds: number) => {
      let sent = 0;
      for (const version of range(count * rounds).map((turn) => ((turn - 1) % count) + 1)) {
        const config = versions[version - 1] as PublishedConfig;
        const isHeld = loader.held().includes(config.sha256);
        if (!isHeld) sent += 1;
        expect(await loader.adopt({ ...config, document: isHeld ? null : config.document })).toEqual(
          rules(version),
        );
      }
      return sent;
    };

    test('keeps ten of 190 KiB and the current one: each is sent and compiled once', async () => {
      world.publish(one);
      const loader = world.loader();
      await loader.loaded();
      expect(await replayInTurn(loader, 10, 3)).toBe(10);
      expect(loader.held()).toContain(one.sha256);
    });

    test('compiles of an earlier one only what receipts need, and the rest where it becomes current', async () => {
      const [config] = versions as [PublishedConfig];
      world.publish(one);
      const loader = world.loader();
      await loader.loaded();
      const answer = await loader.adopt({ ...config, version: 0 });
      if (answer.kind !== 'rules') throw new Error(answer.why);
      const whole = compileBalanceConfig(config.document, { version: 0, sha256: config.sha256 });
      if (whole.kind === 'invalid') throw new Error('the example is not valid');
      const { claimTypes, exchanges, payouts: _, breakers: __, drawTables, ...rest } = whole.rules;
      expect(claimTypes.size).toBeGreaterThan(200);
      const empty = {
        claimTypes: new Map(),
        exchanges: new Map(),
        payouts: new Map(),
        breakers: new Map(),
        drawTables: new Map(),
      };
      expect(answer.rules).toEqual({ ...rest, ...empty });
      expect(drawTables.size).toBeGreaterThan(0);
      // Nothing is sent again: the document is kept with them.
      const current = await loader.adoptCurrent({ ...config, version: 3, document: null });
      expect(current.kind === 'rules' && current.rules.claimTypes.size).toBe(claimTypes.size);
      expect(current.kind === 'rules' && current.rules.exchanges.size).toBe(exchanges.size);
      expect(loader.held()).toEqual([one.sha256, config.sha256]);
    });

    test('shows receipts of one whose claim types this version can no longer compile', async () => {
      world.publish(two);
      const loader = world.loader();
      await loader.loaded();
      const broken = await published(
        1,
        exampleWith(['claimTypes', 'arena_chest', 'rewards', 'lumees'], 'pow(2, 3)'),
      );
      expect(await loader.adopt(broken)).toEqual(rules(1));
      expect(await loader.adoptCurrent(broken)).toEqual(unavailable(/is invalid: claimTypes/));
      expect(await loader.loaded()).toMatchObject({ version: 2 });
    });

    test('keeps at most 2.5 MiB of documents', async () => {
      const loader = world.loader();
      await replayInTurn(loader, 16, 1);
      const bytes = loader.held().length * canonicalJson((versions[0] as PublishedConfig).document).length;
      expect(bytes).toBeGreaterThan(MAX_KEPT_BYTES - 190 * 1024);
      expect(bytes).toBeLessThanOrEqual(MAX_KEPT_BYTES);
    });

    test('sends again only what does not fit when replays go through more versions than that', async () => {
      const loader = world.loader();
      await replayInTurn(loader, 16, 1);
      const unkept = missing(loader, 16);
      expect(unkept).toEqual([14, 15, 16]);
      expect(await replayInTurn(loader, 16, 2)).toBe(2 * unkept.length);
    });

    test('makes room for a new one by evicting what no replay needed for a minute', async () => {
      const loader = world.loader();
      await replayInTurn(loader, 13, 1);
      world.state.now += 60_000;
      await replayInTurn(loader, 12, 1);
      await loader.adopt(versions[13] as PublishedConfig);
      expect(missing(loader, 14)).toEqual([13]);
    });

    test('does not evict the current one for replays, however long no request named its document', async () => {
      const current = await published(99, exampleDocument());
      world.publish(current);
      const loader = world.loader();
      await loader.loaded();
      world.state.now += 60_000;
      await replayInTurn(loader, 16, 2);
      expect(loader.held()).toContain(current.sha256);
    });

    test('makes room for the current one at once', async () => {
      const loader = world.loader();
      await replayInTurn(loader, 13, 1);
      await loader.adoptCurrent(versions[13] as PublishedConfig);
      expect(missing(loader, 14)).toEqual([1]);
    });
  });

  test('keeps at most 40 small documents, because each digest is sent with every operation', async () => {
    const loader = world.loader();
    for (const version of range(45))
      await loader.adopt(await published(version, exampleWith(BASE_PATH, version)));
    expect(loader.held()).toHaveLength(40);
  });

  test('does not evict the current rules, however many documents are adopted', async () => {
    const configs: PublishedConfig[] = [];
    for (let version = 1; version <= 12; version++)
      configs.push(await published(version, exampleWith(BASE_PATH, version)));
    for (const config of configs) world.publish(config);
    const loader = world.loader();
    await loader.current();
    world.reads.length = 0;
    for (const config of configs.slice(0, -1)) {
      await loader.adopt(config);
      world.state.now += TTL_MS;
      await loader.current();
    }
    expect(new Set(world.reads)).toEqual(new Set([POINTER_KEY]));
  });
});

describe('adopting what the kernel says is current', () => {
  test.each([
    'a higher',
    'a lower',
  ])('%s version replaces the loaded one, for operations and for queries', async (kind) => {
    const [loadedFirst, adopted] = kind === 'a higher' ? [one, two] : [two, one];
    world.publish(loadedFirst);
    const loader = world.loader();
    await loader.loaded();
    expect(await loader.adoptCurrent(adopted)).toEqual(rules(adopted.version));
    expect(await loader.loaded()).toMatchObject({ version: adopted.version });
    expect(await loader.current()).toEqual(rules(adopted.version));
  });

  test('a KV that goes on naming what the kernel overruled is not believed again', async () => {
    world.publish(two);
    const loader = world.loader();
    await loader.loaded();
    await loader.adoptCurrent(one);
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 1 });
    expect(await loader.current()).toEqual(rules(1));
    // The next publication is another pointer.
    world.publish({ ...two, version: 3 });
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 3 });
  });

  test('a config that was overruled becomes current again when the kernel says so', async () => {
    world.publish(two);
    const loader = world.loader();
    await loader.loaded();
    await loader.adoptCurrent(one);
    await loader.adoptCurrent(two);
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 2 });
  });

  test('a document that is held need not be sent', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    expect(loader.held()).toEqual([one.sha256]);
    await loader.adopt(two);
    expect(loader.held()).toEqual([one.sha256, two.sha256]);
    expect(await loader.adoptCurrent({ version: 9, sha256: two.sha256, document: null })).toMatchObject({
      rules: { version: 9, sha256: two.sha256 },
    });
    expect(await loader.adopt({ ...one, document: null })).toEqual(rules(1));
  });

  test('a document that is neither sent nor held changes nothing', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    const why = unavailable(/is no longer in memory/);
    expect(await loader.adoptCurrent({ ...two, document: null })).toEqual(why);
    expect(await loader.loaded()).toMatchObject({ version: 1 });
  });

  test('a document that does not match its digest changes nothing', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    expect(await loader.adoptCurrent({ ...two, document: one.document })).toEqual(
      unavailable(/does not match its digest/),
    );
    expect(await loader.loaded()).toMatchObject({ version: 1 });
  });

  test('starts the time to live again', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    world.state.now += TTL_MS;
    await loader.adoptCurrent(two);
    world.reads.length = 0;
    await loader.loaded();
    expect(world.reads).toEqual([]);
  });
});
