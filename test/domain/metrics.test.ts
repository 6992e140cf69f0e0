import { describe, expect, test } from 'vitest';
import { REJECTIONS } from '../../src/domain/rejections.ts';
import type { OperationLine } from '../../src/log/log.ts';
import { DIMENSIONS, MEASURES, type Metrics, measureGauge, measureOperation } from '../../src/log/metrics.ts';
import { ERROR_CODES } from '../../src/schema/errors.ts';

type Point = Parameters<Metrics['writeDataPoint']>[0];

function recorder() {
  const points: Point[] = [];
  return { points, metrics: { writeDataPoint: (point: Point) => void points.push(point) } };
}

const line: OperationLine = {
  operation: 'claimReward',
  success: true,
  code: 'RECEIPT',
  actor: 'player:player-1',
  player: 'player-1',
  claimKey: 'tower-7',
  correlationId: 'story-1',
  replayed: true,
  configVersion: 4,
  durationMs: 12,
  databaseMs: 9,
  queuedMs: 2,
  batch: 31,
} as OperationLine;

describe('an operation', () => {
  test('is one data point with every dimension and measure in its column, and names no player', () => {
    const { points, metrics } = recorder();
    measureOperation(metrics, line);
    expect(points).toEqual([
      {
        indexes: ['claimReward'],
        blobs: ['operation', 'claimReward', 'ok', 'RECEIPT', 'player', 'true', ''],
        doubles: [12, 9, 2, 31, 4],
      },
    ]);
    expect(points[0]?.blobs).toHaveLength(Object.keys(DIMENSIONS).length);
    expect(points[0]?.doubles).toHaveLength(Object.keys(MEASURES).length);
    expect(JSON.stringify(points)).not.toMatch(/player-1|tower-7|story-1/);
  });

  const outcomeOf = (code: string) => {
    const { points, metrics } = recorder();
    measureOperation(metrics, { ...line, code, success: false, actor: null });
    return points[0]?.blobs[2];
  };

  test.each(ERROR_CODES)('that ends with %s has failed', (code) => expect(outcomeOf(code)).toBe('failed'));

  test.each(Object.keys(REJECTIONS))('that is rejected as %s is rejected', (kind) =>
    expect(outcomeOf(kind.toUpperCase())).toBe('rejected'));

  test('costs nothing without a dataset, and does not fail where the dataset does', () => {
    measureOperation(undefined, line);
    measureGauge(undefined, 'open_alarms', 0, 'drift');
    const broken: Metrics = {
      writeDataPoint: () => {
        throw new Error('too many');
      },
    };
    measureOperation(broken, line);
  });
});

test('a gauge is one data point with its name, label and value', () => {
  const { points, metrics } = recorder();
  measureGauge(metrics, 'open_alarms', 2, 'drift');
  measureGauge(metrics, 'outbox_lag_seconds', 61);
  expect(points).toEqual([
    { indexes: ['open_alarms'], blobs: ['gauge', 'open_alarms', 'drift'], doubles: [2] },
    { indexes: ['outbox_lag_seconds'], blobs: ['gauge', 'outbox_lag_seconds', ''], doubles: [61] },
  ]);
});
