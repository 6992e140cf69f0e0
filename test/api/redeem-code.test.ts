/** redeemCode: each use of a code is granted once, and the code itself is kept nowhere. */
import { beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_CODE_SECRET } from '../../dev/sign.ts';
import { printedCode } from '../../src/domain/code-form.ts';
import { codeDigest } from '../../src/domain/codes.ts';
import { serveExample } from '../support/worker/balance.ts';
import { type Answer, asPlayer, asStaff, faultOf, receiptOf, rejectionOf } from '../support/worker/client.ts';
import { createCode, unknownCode, usesOf } from '../support/worker/codes.ts';
import { coldWorker, doorTo } from '../support/worker/cold-worker.ts';
import {
  addStaffMember,
  dumpOfLedger,
  ledgerFaults,
  ledgerState,
  owner,
} from '../support/worker/ledger-state.ts';
import { catchLines, rawLines } from '../support/worker/log-lines.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(async () => {
  await serveExample();
  catchLines();
});

const redeem = (playerId: string, code: string, key = freshKey()) =>
  asPlayer(playerId).redeemCode({ code }, { key });

/** Whether the counters of codes are what claims used. */
async function faultsOfCodes(): Promise<unknown[]> {
  return owner`SELECT detail FROM onceward.integrity_of_codes()`;
}

describe('redeemCode', () => {
  it('grants what the code holds, with the balances before and after, and replays the receipt', async () => {
    const playerId = fresh('player');
    const code = await createCode({ gives: { lumees: 100, experience: 150 } });
    const key = freshKey();
    const receipt = receiptOf(await redeem(playerId, code, key));
    expect(receipt).toMatchObject({ replayed: false, levelBefore: 1, levelAfter: 2 });
    expect(receipt.claim).toMatchObject({ type: 'code_redemption', operation: 'redeemCode' });
    expect(receipt.changes).toContainEqual(
      expect.objectContaining({ resource: 'lumees', before: 0, after: 100, delta: 100 }),
    );
    const replay = receiptOf(await writingNothing(playerId, () => redeem(playerId, code, key)));
    expect(replay).toEqual({ ...receipt, replayed: true });
    expect(await usesOf(code)).toBe(1);
    expect(await ledgerFaults(playerId)).toEqual([]);
    expect(await faultsOfCodes()).toEqual([]);
  });

  it('takes a code in any case, with or without dashes, and with O, I and L for 0 and 1', async () => {
    for (const write of [
      (code: string) => code.toLowerCase(),
      (code: string) => printedCode(code),
      (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l'),
    ]) {
      const code = await createCode();
      receiptOf(await redeem(fresh('player'), write(code)));
    }
  });

  it('answers AlreadyClaimed with the original claim to the player who redeemed the code', async () => {
    const playerId = fresh('player');
    const code = await createCode();
    const { claim } = receiptOf(await redeem(playerId, code));
    const again = await movingNothing(playerId, () => redeem(playerId, code));
    expect(rejectionOf(again, 'AlreadyClaimed').original).toEqual(claim);
  });

  it('lets a player redeem a shared code as often as it allows', async () => {
    const playerId = fresh('player');
    const code = await createCode({ uses: 10, perPlayer: 2 });
    const keys = [await redeem(playerId, code), await redeem(playerId, code)].map(
      (answer) => receiptOf(answer).claim.key,
    );
    expect(keys[1]).toBe(`${keys[0]}/2`);
    const third = await movingNothing(playerId, () => redeem(playerId, code));
    expect(rejectionOf(third, 'AlreadyClaimed').original?.key).toBe(keys[1]);
    expect(await usesOf(code)).toBe(2);
  });

  it('is CodeNotValid before the code opens and after it closes', async () => {
    const hour = 3_600_000;
    const opensAt = new Date(Date.now() + hour);
    const closesAt = new Date(Date.now() - hour);
    const playerId = fresh('player');
    const early = await createCode({ opensAt });
    const late = await createCode({ closesAt });
    expect(
      rejectionOf(await movingNothing(playerId, () => redeem(playerId, early)), 'CodeNotValid'),
    ).toMatchObject({ opensAt: opensAt.toISOString(), closedAt: null });
    expect(
      rejectionOf(await movingNothing(playerId, () => redeem(playerId, late)), 'CodeNotValid'),
    ).toMatchObject({ opensAt: null, closedAt: closesAt.toISOString() });
    expect([await usesOf(early), await usesOf(late)]).toEqual([0, 0]);
  });

  it('gives the use back where a redemption is reversed and reopened, and only then', async () => {
    const [first, second] = [fresh('player'), fresh('player')];
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const code = await createCode();
    const { claim } = receiptOf(await redeem(first, code));
    const reverse = (reopen: boolean) =>
      staff.reverseClaim({ playerId: first, claimId: claim.id, reopen, reason: 'a mistake' });
    receiptOf(await reverse(false));
    rejectionOf(await movingNothing(second, () => redeem(second, code)), 'CodeUsedUp');
    receiptOf(await reverse(true));
    expect(await usesOf(code)).toBe(0);
    receiptOf(await redeem(second, code));
    rejectionOf(await movingNothing(first, () => redeem(first, code)), 'CodeUsedUp');
    expect(await faultsOfCodes()).toEqual([]);
  });

  it('names the form of a code where one is sent that is none, and counts that as no try', async () => {
    const playerId = fresh('player');
    let code = unknownCode();
    // A zero in front adds nothing to the checksum: without it the rest would be a code.
    while (code[0] === '0') code = unknownCode();
    const typo = `${code.slice(0, 3)}${code[3] === '7' ? '8' : '7'}${code.slice(4)}`;
    const exchanged = `${code.slice(0, -2)}${code.at(-1)}${code.at(-2)}`;
    const wrong = ['', 'U'.repeat(17), 'not a code!', code.slice(1), typo];
    if (exchanged !== code) wrong.push(exchanged);
    for (const sent of [...wrong, ...wrong]) {
      const answer = await writingNothing(playerId, () => redeem(playerId, sent));
      expect(faultOf(answer)).toEqual({ code: 'BAD_USER_INPUT', retryable: false, field: 'input.code' });
      expect(answer.errors?.[0]?.message).toMatch(/0–9 A–Z without I L O U/);
    }
    rejectionOf(await redeem(playerId, code), 'UnknownCode');
  });
});

describe('a player who tries unknown codes', () => {
  const expectRateLimited = (answer: Answer<unknown>) => {
    expect(faultOf(answer)).toEqual({ code: 'RATE_LIMITED', retryable: true });
    expect(answer.status).toBe(429);
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(3_500);
    // By the kernel's clock, which may be behind.
    expect(seconds).toBeLessThan(3_700);
  };

  it('has ten tries within an hour, then RATE_LIMITED, also for a code that exists', async () => {
    const playerId = fresh('player');
    const known = freshKey();
    const wrong = unknownCode();
    rejectionOf(await redeem(playerId, wrong, known), 'UnknownCode');
    for (let count = 1; count < 10; count += 1)
      rejectionOf(await redeem(playerId, unknownCode()), 'UnknownCode');
    // A replay is no try.
    rejectionOf(await writingNothing(playerId, () => redeem(playerId, wrong, known)), 'UnknownCode');
    const code = await createCode();
    const key = freshKey();
    expectRateLimited(await writingNothing(playerId, () => redeem(playerId, unknownCode())));
    expectRateLimited(await writingNothing(playerId, () => redeem(playerId, code, key)));
    expect((await ledgerState(playerId)).rejected).toBe(10);
    // Everyone else redeems it, and so does this player when the hour is over.
    await owner`
      UPDATE onceward.code_tries SET wrong_at = ARRAY(SELECT w - interval '1 hour' FROM unnest(wrong_at) AS w)
       WHERE player = (SELECT no FROM onceward.actors WHERE id = ${playerId} AND kind = 1)`;
    expect(receiptOf(await redeem(playerId, code, key)).replayed).toBe(false);
    rejectionOf(await redeem(playerId, unknownCode()), 'UnknownCode');
  });

  it('has exactly ten of 64 tries at once', async () => {
    const playerId = fresh('player');
    const answers = await atOnce(64, () => redeem(playerId, unknownCode()));
    const refused = answers.filter(({ result }) => result?.__typename === 'UnknownCode');
    expect(refused).toHaveLength(10);
    for (const answer of answers) if (!answer.result) expectRateLimited(answer);
  });
});

describe('a code', () => {
  it('is in no table and in no log line, whatever became of it', async () => {
    const [playerId, other] = [fresh('player'), fresh('player')];
    const codes = {
      redeemed: await createCode(),
      unknown: unknownCode(),
      closed: await createCode({ closesAt: new Date(Date.now() - 1_000) }),
    };
    const key = freshKey();
    for (const code of Object.values(codes)) await redeem(playerId, code);
    await redeem(playerId, codes.redeemed, key);
    rejectionOf(await redeem(playerId, codes.closed, key), 'IdempotencyKeyReused');
    await redeem(other, codes.redeemed);
    await redeem(other, `${codes.redeemed}7`);
    await asPlayer(other).redeemCode({ code: codes.redeemed.toLowerCase(), expectedVersion: 7 });
    const dumped = await dumpOfLedger();
    // What is searched has the outcomes of these requests.
    expect(dumped).toContain(codeDigest(LOCAL_CODE_SECRET, codes.unknown));
    expect(rawLines().join('\n')).toContain(playerId);
    const places = { tables: dumped.toUpperCase(), log: rawLines().join('\n').toUpperCase() };
    for (const code of Object.values(codes))
      for (const [place, text] of Object.entries(places))
        for (const form of [code, printedCode(code), code.slice(0, -1), code.slice(4)])
          expect([place, text.includes(form)]).toEqual([place, false]);
  });

  it('is refused where CODE_SECRET is not set, and everything else works', async () => {
    const playerId = fresh('player');
    const door = doorTo(await coldWorker(), { CODE_SECRET: '' });
    const code = await createCode();
    const answer = await writingNothing(playerId, () => asPlayer(playerId).redeemCode({ code }, { door }));
    expect(faultOf(answer)).toEqual({ code: 'CONFIG_UNAVAILABLE', retryable: true });
    expect(answer.errors?.[0]?.message).toMatch(/CODE_SECRET/);
    receiptOf(await asPlayer(playerId).claimReward({ type: 'weekly_chest' }, { door }));
    receiptOf(await redeem(playerId, code));
  });
});
