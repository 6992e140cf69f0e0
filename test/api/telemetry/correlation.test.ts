import { exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { catchLines, lineOf, linesOf } from '../../support/worker/log-lines.ts';
import { manualReward, original, resultOf, spendStatPoints } from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, post, send, staffToken } from '../../support/worker/service.ts';

beforeAll(async () => {
  await serveExample();
  catchLines();
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const header = (id: string) => ({ 'x-correlation-id': id });

describe('one ID from header to log to ledger to response', () => {
  it('is in the response header, the receipt, the claim, the ledger, the audit and the log line', async () => {
    const id = fresh('story');
    const playerId = await seasonedPlayer();
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const input = {
      playerId,
      grants: [{ resource: 'lumees', amount: 2 }],
      reason: 'a good deed',
      idempotencyKey: freshKey(),
    };
    const answer = await manualReward(input, { token, headers: header(id) });
    const receipt = resultOf(answer);
    expect(answer.headers.get('x-correlation-id')).toBe(id);
    expect([receipt.correlationId, receipt.claim.correlationId]).toEqual([id, id]);
    expect(lineOf(answer)).toMatchObject({ operation: 'manualReward', correlationId: id });
    const rows = await owner`SELECT
      (SELECT correlation_id FROM onceward.reward_claims WHERE id = ${receipt.claim.id}) AS claim,
      (SELECT correlation_id FROM onceward.audit_events WHERE claim_id = ${receipt.claim.id}) AS audit`;
    expect(rows).toEqual([{ claim: id, audit: id }]);

    // A replay keeps the original's ID in the receipt, and has its own in header and log.
    const retry = fresh('retry');
    const replay = await manualReward(input, { token, headers: header(retry) });
    expect(original(resultOf(replay))).toEqual(original(receipt));
    expect(replay.headers.get('x-correlation-id')).toBe(retry);
    expect(lineOf(replay)).toMatchObject({ replayed: true, correlationId: retry });
  });

  it('is in every error and its log line', async () => {
    for (const [query, token] of [
      ['{ me { id } }', undefined],
      ['{ nope }', undefined],
      ['{ me { id } }', 'not-a-token'],
      ['{ player(id: "somebody") { id } }', await playerToken(fresh('player'))],
    ] as const) {
      const id = fresh('failed');
      const answer = await send(query, {}, { token, headers: header(id) });
      expect(onlyError(answer).extensions.correlationId).toBe(id);
      expect(linesOf(id)).toMatchObject([{ success: false, code: onlyError(answer).extensions.code }]);
    }
  });

  it('is in what the door refuses as well', async () => {
    const id = fresh('door');
    const response = await exports.default.fetch('http://onceward.test/graphql', { headers: header(id) });
    expect(response.headers.get('x-correlation-id')).toBe(id);
    expect(lineOf(response)).toMatchObject({ operation: 'request', success: false, code: 'BAD_USER_INPUT' });
  });

  it.each([
    'abcdefgh',
    'A'.repeat(128),
    'a.b:c_d-e',
    '0123-4567-89ab',
  ])('is taken from the caller: %s', async (id) => {
    expect((await post('{"query": "{ __typename }"}', header(id))).headers.get('x-correlation-id')).toBe(id);
  });

  it.each([
    ['too short', 'abcdefg'],
    ['too long', 'A'.repeat(129)],
    ['empty', ''],
    ['a blank', 'abcd efgh'],
    ['a forged log line', 'abcdefgh","success":true,"x":"'],
    ['escapes', 'abcdefgh\\n\\u0000'],
    ['terminal colours', 'abcdefgh%1b[31m'],
    ['SQL', "abcdefgh'; DROP TABLE players; --"],
    ['HTML', '<script>abcdefgh</script>'],
    ['two headers in one', 'abcdefgh, ijklmnop'],
    ['Latin letters beyond ASCII', 'abcdefghé'],
  ])('is made anew where the caller sent %s', async (_, id) => {
    const response = await post('{"query": "{ nope }"}', header(id));
    const made = String(response.headers.get('x-correlation-id'));
    expect(made).toMatch(UUID);
    expect(
      ((await response.json()) as { errors: { extensions: object }[] }).errors[0]?.extensions,
    ).toMatchObject({ correlationId: made });
    expect(linesOf(made)).toHaveLength(1);
  });

  it('is another one for each of sixty-four requests at once, and never crosses over', async () => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    const ids = Array.from({ length: 64 }, () => fresh('at-once'));
    await Promise.all(
      ids.map(async (id) => {
        const answer = await spendStatPoints({ energy: 1 }, { token, headers: header(id) });
        expect(answer.headers.get('x-correlation-id')).toBe(id);
        expect(resultOf(answer).correlationId).toBe(id);
        expect(lineOf(answer)).toMatchObject({ operation: 'spendStatPoints', player: playerId });
      }),
    );
  });
});
