// The kernel's answer to a preview is decoded to what would change, or to why nothing can.
import { describe, expect, test } from 'vitest';
import { decodePreview } from '../../src/ledger/decode-outcome.ts';
import type { KernelPreview } from '../../src/ledger/kernel-contract.ts';
import { AT, change, NO_CONFIGS, REQUEST_ID } from '../support/kernel-answers.ts';

describe('a preview', () => {
  const preview: Extract<KernelPreview, { kind: 'preview' }> = {
    kind: 'preview',
    pending: false,
    playerVersion: 11,
    changes: [change({ resource: 'energy', anchored_at: new Date(AT).toISOString() })],
    paidWith: 1,
    becamePending: null,
    shown: { experience: 40 },
    balances: { energy: 15, 'pity:chest': 2 },
  };

  test('has what would change and the balances that the operation names', () => {
    expect(decodePreview({ preview, ...NO_CONFIGS })).toEqual({
      kind: 'preview',
      pending: false,
      playerVersion: 11,
      paidWith: 1,
      becamePending: false,
      changes: [
        {
          resource: 'energy',
          before: 10,
          after: 15,
          delta: 5,
          requested: 5,
          sequence: 3,
          cause: 'operation',
        },
      ],
      anchors: { energy: '2026-11-01T23:30:00.123Z' },
      shown: { experience: 40 },
      balances: { energy: 15, 'pity:chest': 2 },
    });
  });

  test.each<[KernelPreview, object]>([
    [{ kind: 'unknown_key' }, { kind: 'unknown_key' }],
    [
      { kind: 'forbidden', why: 'role' },
      { kind: 'forbidden', why: 'role' },
    ],
    [
      { kind: 'stale_time', at: AT },
      { kind: 'stale_time', at: new Date(AT) },
    ],
    [
      { kind: 'clock_behind', seconds: 400 },
      { kind: 'clock_behind', seconds: 400 },
    ],
    [{ kind: 'stale_config' }, { kind: 'stale_config', current: { version: 8, document: null } }],
    [
      {
        kind: 'rejected',
        replayed: false,
        rejection: { kind: 'unknown_player', playerId: 'p9' },
        madeBy: { kind: 'server', id: 'arena-1' },
        correlationId: REQUEST_ID,
        clientCorrelationId: null,
        original: null,
      },
      { kind: 'rejected', rejection: { kind: 'unknown_player', playerId: 'p9' }, correlationId: REQUEST_ID },
    ],
  ])('may be %j instead', (instead, expected) => {
    const current = { version: 8, sha256: 'sha-8' };
    expect(decodePreview({ preview: instead, current, configs: [] })).toMatchObject(expected);
  });
});
