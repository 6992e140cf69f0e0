import { describe, expect, test } from 'vitest';
import { correlationOf, uuidV7 } from '../../src/log/correlation.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a UUID of version 7', () => {
  test.each([
    [0, '00000000-0000-'],
    [Date.parse('2026-11-01T23:30:00.123Z'), '01a19972-cd3b-'],
    [2 ** 48 - 1, 'ffffffff-ffff-'],
  ])('begins with its time: %i is %s', (milliseconds, beginning) => {
    expect(uuidV7(milliseconds)).toMatch(UUID_V7);
    expect(uuidV7(milliseconds).startsWith(beginning)).toBe(true);
  });

  test('sorts by time and has random bits in every place that is free', () => {
    const ids = Array.from({ length: 500 }, (_, i) => uuidV7(1_000 + Math.floor(i / 250)));
    expect(new Set(ids).size).toBe(500);
    expect(
      Math.max(...ids.slice(0, 250).map((id) => Number.parseInt(id.slice(0, 13).replace('-', ''), 16))),
    ).toBe(1_000);
    const digits = (place: number) => new Set(ids.map((id) => id[place]));
    for (const place of [15, 16, 17, 20, 21, 22, 24, 29, 35]) expect(digits(place).size).toBe(16);
    expect([...digits(14)]).toEqual(['7']);
    expect([...digits(19)].toSorted()).toEqual(['8', '9', 'a', 'b']);
  });
});

describe('the correlation of a request', () => {
  const of = (given?: string) =>
    correlationOf(new Request('https://game', { headers: given ? { 'x-correlation-id': given } : {} }));

  test('shows the ID of the caller and has one of its own', () => {
    const { requestId, correlationId } = of('cup-final-1');
    expect(correlationId).toBe('cup-final-1');
    expect(requestId).toMatch(UUID_V7);
  });

  test.each([
    undefined,
    'short',
    'with a space',
    'x'.repeat(129),
  ])('shows its own ID where the caller sent %j', (given) => {
    const { requestId, correlationId } = of(given);
    expect(correlationId).toBe(requestId);
  });
});

describe('the trace of the caller', () => {
  const traceIdOf = (traceparent: string) =>
    correlationOf(new Request('https://onceward.test', { headers: { traceparent } })).traceId;

  test('is that of a traceparent header', () => {
    expect(traceIdOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')).toBe(
      '4bf92f3577b34da6a3ce929d0e0e4736',
    );
  });

  test.each([
    '',
    'nothing',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-{"level":"info"}',
  ])('is none where the header has no valid one: %s', (traceparent) => {
    expect(traceIdOf(traceparent)).toBeNull();
  });
});
