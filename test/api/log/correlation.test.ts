import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer, asStaff, receiptOf, withoutReplayed } from '../../support/worker/client.ts';
import { onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember, auditEvents, claimRow } from '../../support/worker/ledger-state.ts';
import { catchLines, lineOf, linesOf } from '../../support/worker/log-lines.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import {
  type Answer,
  fresh,
  freshKey,
  playerToken,
  post,
  send,
  worker,
} from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';

beforeAll(async () => {
  await serveExample();
  catchLines();
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const headersOf = (id: string) => ({ 'x-correlation-id': id });
const idOf = ({ headers }: { readonly headers: Headers }) => headers.get('x-correlation-id');

describe('correlation IDs', () => {
  it('the correlation ID of a request is in its answer, receipt, claim, ledger, audit and log line', async () => {
    const id = fresh('story');
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'));
    const staff = asStaff(staffId);
    const key = freshKey();
    const input = { playerId, grants: [{ resource: 'lumees', amount: 2 }], reason: 'a good deed' };
    const answer = await staff.manualReward(input, { key, headers: headersOf(id) });
    const receipt = receiptOf(answer);
    expect(idOf(answer)).toBe(id);
    expect([receipt.correlationId, receipt.claim.correlationId]).toEqual([id, id]);
    expect(lineOf(answer)).toMatchObject({ operation: 'manualReward', correlationId: id });
    expect(await claimRow(receipt.claim.id)).toMatchObject({ correlation_id: id });
    expect(await auditEvents(staffId)).toMatchObject([{ claimId: receipt.claim.id, correlationId: id }]);

    // A replay keeps the original ID in the receipt. Its header and its log line have its own.
    const retryId = fresh('retry');
    const replay = await staff.manualReward(input, { key, headers: headersOf(retryId) });
    expect(withoutReplayed(receiptOf(replay))).toEqual(withoutReplayed(receipt));
    expect(idOf(replay)).toBe(retryId);
    expect(lineOf(replay)).toMatchObject({ replayed: true, correlationId: retryId });
  });

  it('the correlation ID that a player sends is in the answer and the log line, which also has the ID that files the request', async () => {
    const playerId = await seasonedPlayer();
    const sent = fresh('sent');
    const key = freshKey();
    const spend = (id: string) =>
      asPlayer(playerId).spendStatPoints(spending({ energy: 1 }), { key, headers: headersOf(id) });
    const answer = await spend(sent);
    const { claim, correlationId } = receiptOf(answer);
    expect(correlationId).toMatch(UUID);
    expect(claim).toMatchObject({ correlationId, clientCorrelationId: sent });
    expect(lineOf(answer)).toMatchObject({ correlationId: sent, requestId: correlationId });
    expect(await claimRow(claim.id)).toMatchObject({
      correlation_id: correlationId,
      client_correlation_id: sent,
    });
    const replay = await spend(fresh('retry'));
    expect(withoutReplayed(receiptOf(replay))).toEqual(withoutReplayed(receiptOf(answer)));
    // Without one of their own, both are the same.
    const plain = await asPlayer(playerId).spendStatPoints(spending({ energy: 1 }));
    expect(receiptOf(plain)).toMatchObject({
      correlationId: idOf(plain),
      claim: { clientCorrelationId: null },
    });
    expect(lineOf(plain)).not.toHaveProperty('requestId');
  });

  it('the correlation ID of a request that fails is in its error and its log line', async () => {
    for (const [query, token] of [
      ['{ me { id } }', undefined],
      ['{ nope }', undefined],
      ['{ me { id } }', 'not-a-token'],
      ['{ player(id: "somebody") { id } }', await playerToken(fresh('player'))],
    ] as const) {
      const id = fresh('failed');
      const { extensions } = onlyError(await send(query, {}, { token, headers: headersOf(id) }));
      expect(extensions.correlationId).toBe(id);
      expect(linesOf(id)).toMatchObject([{ success: false, code: extensions.code }]);
    }
  });

  it('the correlation ID of a request that is refused before GraphQL is in its answer and its log line', async () => {
    const id = fresh('refused');
    const response = await worker('http://onceward.test/graphql', { method: 'GET', headers: headersOf(id) });
    expect(idOf(response)).toBe(id);
    expect(lineOf(response)).toMatchObject({ operation: 'request', success: false, code: 'BAD_USER_INPUT' });
  });

  it.each([
    'abcdefgh',
    'A'.repeat(128),
    'a.b:c_d-e',
    '0123-4567-89ab',
  ])('a correlation ID is taken from the header of the request: %s', async (id) => {
    expect(idOf(await post('{"query": "{ __typename }"}', headersOf(id)))).toBe(id);
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
  ])('a malformed correlation ID is replaced by a new UUID: %s', async (_, id) => {
    const response = await post('{"query": "{ nope }"}', headersOf(id));
    const generated = String(idOf(response));
    expect(generated).toMatch(UUID);
    const { errors = [] } = (await response.json()) as Answer<unknown>;
    expect(errors[0]?.extensions.correlationId).toBe(generated);
    expect(linesOf(generated)).toHaveLength(1);
  });

  it('the correlation IDs of sixty-four simultaneous requests stay with their own requests', async () => {
    const playerId = await seasonedPlayer();
    const player = asPlayer(playerId);
    const ids = Array.from({ length: 64 }, () => fresh('at-once'));
    await Promise.all(
      ids.map(async (id) => {
        const answer = await player.spendStatPoints(spending({ energy: 1 }), { headers: headersOf(id) });
        expect(idOf(answer)).toBe(id);
        const correlationId = answer.result?.correlationId;
        expect(correlationId).toMatch(UUID);
        expect(lineOf(answer)).toMatchObject({
          operation: 'spendStatPoints',
          player: playerId,
          requestId: correlationId,
        });
      }),
    );
  });
});
