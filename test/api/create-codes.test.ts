/** createCodes: the answer alone shows the codes, and the same request shows the same ones. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { admin } from '../support/worker/campaigns.ts';
import {
  asPlayer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, dumpOfLedger, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { catchLines, rawLines } from '../support/worker/log-lines.ts';
import { fresh, freshKey } from '../support/worker/service.ts';

beforeAll(async () => {
  await serveExample();
  catchLines();
});

const newSeed = () => `${fresh('seed')}-${'s'.repeat(32)}`;
const terms = (over: object = {}) => ({
  ...{ label: fresh('spring'), count: 3, seed: newSeed(), reason: 'for the stream' },
  gives: [{ resource: 'lumees', amount: 40 }],
  ...over,
});

const batchesOf = async (label: string) => owner`SELECT no FROM onceward.code_batches WHERE label = ${label}`;

describe('createCodes', () => {
  it('makes codes that players redeem, each once', async () => {
    const by = await admin();
    const { batch } = resultAs(await by.createCodes(terms()), 'CodeBatchReceipt');
    expect(batch).toMatchObject({ count: 3, uses: 1, perPlayer: 1, redeemed: 0, rewardType: null });
    expect(new Set(batch.codes).size).toBe(3);
    for (const code of batch.codes ?? []) {
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{1,5})+$/);
      const player = fresh('player');
      const { claim } = receiptOf(await asPlayer(player).redeemCode({ code }));
      expect(claim.key.startsWith(`${batch.id}/`)).toBe(true);
      expect((await ledgerState(player)).balances.lumees).toBe(40);
      rejectionOf(await asPlayer(fresh('player')).redeemCode({ code }), 'CodeUsedUp');
    }
  });

  it('shows the same codes to the same request, and makes them once', async () => {
    const by = await admin();
    const input = terms();
    const key = freshKey();
    const first = resultAs(await by.createCodes(input, { key }), 'CodeBatchReceipt');
    const again = resultAs(await by.createCodes(input, { key }), 'CodeBatchReceipt');
    expect(again).toEqual({ ...first, replayed: true });
    expect(await batchesOf(input.label)).toHaveLength(1);
    const changed = await by.createCodes({ ...input, seed: newSeed() }, { key });
    rejectionOf(changed, 'IdempotencyKeyReused');
    rejectionOf(await by.createCodes({ ...input, label: fresh('other') }), 'CodeExists');
    expect(await batchesOf(input.label)).toHaveLength(1);
  });

  it('fixes the reward of a claim type, and makes a shared code out of a text', async () => {
    const by = await admin();
    const text = `STREAM${Date.now()}`;
    const input = terms({ gives: null, type: 'tournament_reward', facts: { rank: 1, participants: 16 } });
    const shared = { ...input, count: 1, text, uses: 5 };
    const { batch } = resultAs(await by.createCodes(shared), 'CodeBatchReceipt');
    expect(batch).toMatchObject({ rewardType: 'tournament_reward', uses: 5, count: 1 });
    const [code = ''] = batch.codes ?? [];
    expect(code.replaceAll('-', '').startsWith(text)).toBe(true);
    const receipt = receiptOf(await asPlayer(fresh('player')).redeemCode({ code }));
    expect(receipt.changes).toContainEqual(expect.objectContaining({ resource: 'auric_coins', delta: 64 }));
    rejectionOf(await by.createCodes({ ...shared, seed: newSeed() }), 'CodeExists');
  });

  it.each([
    ['both a type and amounts', { type: 'tournament_reward' }, 'type'],
    ['neither', { gives: null }, 'type'],
    ['1,001 codes', { count: 1_001 }, 'count'],
    ['three codes with one text', { text: 'WELCOME' }, 'count'],
    ['a text that is no code', { text: 'W', count: 1 }, 'text'],
    [
      'a window that ends before it begins',
      { opensAt: '2030-01-02T00:00:00Z', closesAt: '2030-01-01T00:00:00Z' },
      'closesAt',
    ],
    ['an unknown resource', { gives: [{ resource: 'no_such', amount: 1 }] }, 'gives[0].resource'],
    ['a claim type that can be claimed once per period', { gives: null, type: 'weekly_chest' }, 'type'],
  ])('refuses %s, and makes nothing', async (_, over, field) => {
    const input = terms(over);
    const answer = await (await admin()).createCodes(input);
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
    expect(faultOf(answer).field).toContain(field);
    expect(await batchesOf(input.label)).toEqual([]);
  });

  it('leaves neither a code nor a seed in a table or a log line', async () => {
    const by = await admin();
    const input = terms();
    const { batch } = resultAs(await by.createCodes(input), 'CodeBatchReceipt');
    resultOf(await asPlayer(fresh('player')).redeemCode({ code: batch.codes?.[0] ?? '' }));
    rejectionOf(await by.createCodes({ ...input, label: fresh('other') }), 'CodeExists');
    const everything = [await dumpOfLedger(), ...rawLines()].join('\n').toUpperCase();
    expect(everything).toContain(input.label.toUpperCase());
    for (const code of batch.codes ?? []) {
      expect(everything).not.toContain(code);
      expect(everything).not.toContain(code.replaceAll('-', ''));
    }
    expect(everything).not.toContain(input.seed.toUpperCase());
  });
});

describe('codeBatches', () => {
  it('lists what exists, newest first, with its uses and without any code', async () => {
    const by = await admin();
    const made = [];
    for (const label of [fresh('older'), fresh('newer')])
      made.push(resultAs(await by.createCodes(terms({ label, uses: 2 })), 'CodeBatchReceipt').batch);
    const [code = ''] = made[1]?.codes ?? [];
    receiptOf(await asPlayer(fresh('player')).redeemCode({ code }));
    const auditor = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
    const listed = resultOf(await auditor.codeBatches({ first: 100 })).edges.map(({ node }) => node);
    const ids = made.map(({ id }) => id);
    expect(listed.filter(({ id }) => ids.includes(id))).toEqual([
      { ...made[1], redeemed: 1, codes: null },
      { ...made[0], codes: null },
    ]);
    const first = resultOf(await auditor.codeBatches({ first: 1 }));
    const next = resultOf(await auditor.codeBatches({ first: 1, after: first.pageInfo.endCursor }));
    expect(next.edges[0]?.node.id).toBe(listed[1]?.id);
    expect(faultOf(await auditor.codeBatches({ first: 101 }))).toMatchObject({ field: 'first' });
  });
});
