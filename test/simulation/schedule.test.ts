import { expect, test } from 'vitest';
import { loadOperations } from '../../simulation/operation.ts';
import { SECOND_MUTATIONS, TOKENS } from '../../simulation/schedule/intent.ts';
import { MIX } from '../../simulation/schedule/mix.ts';
import { drawSchedule, type SendSlot } from '../../simulation/schedule/schedule.ts';
import { sizeOf } from '../support/long-run.ts';

const operations = await loadOperations();
const draw = (seed: string, count: number) => drawSchedule({ seed, operations: count }, operations);
const schedule = draw('7', 5_000);
const { slots, intents, disturbances } = schedule;
const sends = slots.filter((slot): slot is SendSlot => slot.kind === 'send');

test('a seed always draws the same schedule, including faults and disturbances', () => {
  expect(draw('7', 5_000)).toEqual(schedule);
});

test('two seeds draw different schedules', () => {
  const other = draw('8', 5_000);
  expect(other.slots).not.toEqual(slots);
  expect(other.disturbances).not.toEqual(disturbances);
});

test('a shorter run of a seed begins like a longer one', () => {
  expect(draw('7', 1_000).slots).toEqual(slots.slice(0, 1_000));
});

test('the categories have the documented shares', () => {
  const drawn = Map.groupBy(slots, (slot) => (slot.kind === 'send' ? slot.category : slot.kind));
  for (const [category, share] of Object.entries(MIX)) {
    const found = ((drawn.get(category as never)?.length ?? 0) / slots.length) * 100;
    expect(found, category).toBeGreaterThan(share * 0.75 - 0.3);
    expect(found, category).toBeLessThan(share * 1.25 + 0.3);
  }
});

test('a schedule contains every operation, every invalid token and every kind of fault', () => {
  expect(new Set(intents.map(({ operation }) => operation))).toEqual(new Set(operations.keys()));
  expect(new Set(intents.map(({ token }) => token ?? 'genuine'))).toEqual(new Set(TOKENS));
  expect(new Set(sends.flatMap(({ clientFault }) => clientFault?.kind ?? [])).size).toBe(7);
  expect(new Set(sends.flatMap(({ databaseFault }) => databaseFault?.kind ?? [])).size).toBe(7);
  expect(new Set(disturbances.map(({ kind }) => kind)).size).toBe(6);
  expect(new Set(sends.flatMap(({ laneFault }) => laneFault?.kind ?? [])).size).toBe(5);
});

test('in about half of all seeds Neon cancels no query of a Worker that is gone', () => {
  const seeds = Array.from({ length: 200 }, (_, index) => draw(`${index}`, 1).nothingCancelled);
  expect(seeds.filter(Boolean).length).toBeGreaterThan(70);
  expect(seeds.filter(Boolean).length).toBeLessThan(130);
});

test('claims and exchanges have current, stale, unknown and malformed terms, or none', () => {
  const kindOf = (terms: string) => (/^[0-9a-f]{32}$/.test(terms) ? 'unknown' : terms);
  // Each kind is rare: of one operation a short schedule may lack one.
  const { intents: many } = draw('terms', 20_000);
  for (const name of ['claimReward', 'exchange']) {
    const sent = many.filter(({ operation }) => operation === name).map(({ terms = 'none' }) => terms);
    expect(new Set(sent.map(kindOf)), name).toEqual(
      new Set(['none', 'current', 'stale', 'unknown', 'not 32 digits']),
    );
  }
});

test('some documents of valid requests have a second mutation, as an alias or in a fragment', () => {
  const second = sends.filter(({ secondMutation }) => secondMutation);
  expect(new Set(second.map(({ secondMutation }) => secondMutation))).toEqual(new Set(SECOND_MUTATIONS));
  expect(second.flatMap(({ intents: sent }) => sent.flatMap((one) => one.expectedFault ?? []))).toEqual([]);
  expect(second.length / sends.length).toBeLessThan(0.03);
});

test('most operations are for the few hot players', () => {
  const hot = sends.filter(({ intents: [first] }) => first && schedule.world.hot.includes(first.player));
  expect(hot.length / sends.length).toBeGreaterThan(0.7);
});

test('keys are valid and unique, except where a test of keys draws others', () => {
  const valid = intents.filter(({ expectedFault }) => expectedFault !== 'BAD_USER_INPUT');
  for (const { key } of valid) expect(key).toMatch(/^[A-Za-z0-9_.:-]{16,255}$/);
  const reused = valid.length - new Set(valid.map(({ key }) => key)).size;
  expect(reused).toBeGreaterThan(0);
  expect(reused / sends.length).toBeLessThan(MIX.key_reuse / 100 + 0.02);
});

test('a schedule contains stampedes with one key and stampedes with many keys', () => {
  const stampedes = sends.filter(({ intents: many }) => many.length > 1);
  const keysOf = ({ intents: many }: SendSlot) => new Set(many.map(({ key }) => key)).size;
  expect(stampedes.some((stampede) => keysOf(stampede) === 1)).toBe(true);
  expect(stampedes.some((stampede) => keysOf(stampede) > 1)).toBe(true);
});

test('a request by staff without a reason expects a fault, also in a stampede', () => {
  // Only servers may recover a reward without one.
  const withoutReason = ['staff5', 'staff9'].flatMap((seed) =>
    draw(seed, 5_000).intents.filter(
      ({ actor, input }) => actor.kind === 'staff' && 'reason' in input && input.reason === null,
    ),
  );
  expect(withoutReason.length).toBeGreaterThan(0);
  expect(withoutReason.filter(({ expectedFault }) => expectedFault === undefined)).toEqual([]);
});

test('no request is a variant of one with a value at a bound', () => {
  const numbers = ({ input }: { input: object }) =>
    Object.values(input).filter((value) => typeof value === 'number');
  // A stampede of transfers of the largest amount is drawn once in some eighty schedules. A variant once added 1 to it.
  const seeds = Array.from({ length: sizeOf({ long: 200, short: 10 }) }, (_, seed) => `bounds-${seed}`);
  const accepted = seeds
    .flatMap((seed) => draw(seed, 5_000).intents)
    .filter(({ expectedFault }) => expectedFault === undefined)
    .flatMap(numbers);
  expect(accepted).toContain(Number.MAX_SAFE_INTEGER);
  expect(accepted.filter((amount) => !Number.isSafeInteger(amount))).toEqual([]);
}, 60_000);

test('a transfer to oneself expects a fault, also for the player who does nothing else', () => {
  // The key of an award to the ghost was once reused for a transfer from the ghost to itself.
  const toSelf = Array.from({ length: 10 }, (_, seed) => draw(`bounds-${seed}`, 5_000).intents)
    .flat()
    .filter(({ operation, player, input }) => {
      return operation === 'transferResource' && 'to' in input && input.to === player;
    });
  expect(toSelf.length).toBeGreaterThan(0);
  expect(toSelf.filter(({ expectedFault }) => expectedFault === undefined)).toEqual([]);
}, 60_000);
