import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { claimReward, resultOf } from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, serverToken, ticket } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

const type = 'ascension_victory';
const facts = { floor: 7 };
let [playerId, token, key, good] = ['', '', '', ''];
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  token = await playerToken(playerId);
  key = fresh('tower');
  good = await ticket({ playerId, type, key, facts });
});

const parts = () => good.split('.') as [string, string, string];
const encode = (value: object) =>
  btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');

describe('a ticket that proves nothing is refused before the ledger, and its key stays free', () => {
  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['no JWT', () => 'not-a-ticket', /not a signed JWT/],
    ['an empty text', () => '', /not a signed JWT/],
    [
      'with another signature',
      () => [...parts().slice(0, 2), 'A'.repeat(86)].join('.'),
      /signature is not genuine/,
    ],
    [
      'with other facts',
      () => {
        const [head, , tail] = parts();
        return [head, encode({ sub: playerId, type, key, facts: { floor: 500 } }), tail].join('.');
      },
      /signature is not genuine/,
    ],
    [
      'with the algorithm none',
      () => {
        const [, body] = parts();
        return `${encode({ alg: 'none', typ: 'onceward-ticket+jwt' })}.${body}.`;
      },
      /not a signed JWT/,
    ],
    ['a player token', () => token, /type is not "onceward-ticket\+jwt"/],
    ['a server token', () => serverToken(), /type is not "onceward-ticket\+jwt"/],
    [
      'for another player',
      () => ticket({ playerId: 'somebody-else', type, key, facts }),
      /ticket: it is for another player/,
    ],
  ])('%s', async (_, make, message) => {
    const input = { type, ticket: await make(), idempotencyKey: freshKey() };
    const answer = await askingNobody(playerId, () => claimReward(input, { token }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'ticket' });
    expect(error.message).toMatch(message);
    // The key was not used up by the refusal.
    const fit = await ticket({ playerId, type, key: fresh('tower'), facts });
    expect(resultOf(await claimReward({ ...input, ticket: fit }, { token })).__typename).toBe('Receipt');
  });

  it('expired: the key is looked up, nothing is written, and a new ticket with the same key pays', async () => {
    const input = { type, idempotencyKey: freshKey() };
    const late = await ticket({ playerId, type, key: 'tower-late', facts, expiresInSeconds: -60 });
    const answer = await writingNothing(playerId, () => claimReward({ ...input, ticket: late }, { token }));
    expect(onlyError(answer)).toMatchObject({
      message: expect.stringMatching(/^ticket: it has expired; ask the game server for a new one/),
      extensions: { code: 'FORBIDDEN', field: 'ticket' },
    });
    const anew = await ticket({ playerId, type, key: 'tower-late', facts });
    expect(resultOf(await claimReward({ ...input, ticket: anew }, { token })).__typename).toBe('Receipt');
  });

  it.each([
    ['type', { type: 'pve_victory' }, /type: the ticket is for ascension_victory/],
    ['key', { key: 'another-tower' }, /key: the ticket is for tower-/],
  ])('beside another %s', async (field, change, message) => {
    const answer = await askingNobody(playerId, () =>
      claimReward({ type, ticket: good, ...change }, { token }),
    );
    expect(onlyError(answer)).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT', field },
    });
  });

  it('in the hands of a server', async () => {
    const input = { type, playerId, ticket: good };
    const answer = await askingNobody(playerId, async () =>
      claimReward(input, { token: await serverToken() }),
    );
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ticket' });
  });
});
