/** A ticket that does not prove the claim is refused before the ledger, and the key stays free. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { anonymous, asPlayer, asServer, receiptOf } from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, serverToken, ticket } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

const type = 'ascension_victory';
const facts = { floor: 7 };
let [playerId, key, good] = ['', '', ''];
let player = anonymous();
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  player = asPlayer(playerId);
  key = fresh('tower');
  good = await ticket({ playerId, type, key, facts });
});

const parts = () => good.split('.') as [string, string, string];
const encode = (value: object) =>
  btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');

describe('a ticket', () => {
  it.each<{ name: string; make: () => string | Promise<string>; message: RegExp }>([
    { name: 'that is not a JWT', make: () => 'not-a-ticket', message: /not a signed JWT/ },
    { name: 'that is empty', make: () => '', message: /not a signed JWT/ },
    {
      name: 'with another signature',
      make: () => [...parts().slice(0, 2), 'A'.repeat(86)].join('.'),
      message: /signature is not genuine/,
    },
    {
      name: 'with other facts',
      make: () => {
        const [head, , tail] = parts();
        return [head, encode({ sub: playerId, type, key, facts: { floor: 500 } }), tail].join('.');
      },
      message: /signature is not genuine/,
    },
    {
      name: 'with the algorithm none',
      make: () => {
        const [, body] = parts();
        return `${encode({ alg: 'none', typ: 'onceward-ticket+jwt' })}.${body}.`;
      },
      message: /not a signed JWT/,
    },
    {
      name: 'that is a player token',
      make: () => playerToken(playerId),
      message: /type is not "onceward-ticket\+jwt"/,
    },
    {
      name: 'that is a server token',
      make: () => serverToken(),
      message: /type is not "onceward-ticket\+jwt"/,
    },
    {
      name: 'for another player',
      make: () => ticket({ playerId: 'somebody-else', type, key, facts }),
      message: /ticket: it is for another player/,
    },
  ])('$name is FORBIDDEN before the database, and leaves the key free', async ({ make, message }) => {
    const idempotencyKey = freshKey();
    const claim = (proof: string) => player.claimReward({ type, ticket: proof }, { key: idempotencyKey });
    const proof = await make();
    const error = onlyError(await withoutDatabase(playerId, () => claim(proof)));
    expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'ticket' });
    expect(error.message).toMatch(message);
    receiptOf(await claim(await ticket({ playerId, type, key: fresh('tower'), facts })));
  });

  it('that has expired is FORBIDDEN without a write, and a new ticket is accepted under the same key', async () => {
    const contents = { playerId, type, key: 'tower-late', facts };
    const idempotencyKey = freshKey();
    const claim = (proof: string) => player.claimReward({ type, ticket: proof }, { key: idempotencyKey });
    const late = await ticket({ ...contents, expiresInSeconds: -120 });
    expect(onlyError(await writingNothing(playerId, () => claim(late)))).toMatchObject({
      message: expect.stringMatching(/^ticket: it has expired/),
      extensions: { code: 'FORBIDDEN', field: 'ticket' },
    });
    receiptOf(await claim(await ticket(contents)));
  });

  it.each([
    { field: 'type', change: { type: 'pve_victory' }, message: /type: the ticket is for ascension_victory/ },
    { field: 'key', change: { key: 'another-tower' }, message: /key: the ticket is for tower-/ },
  ])('with another $field than the input is BAD_USER_INPUT', async ({ field, change, message }) => {
    const input = { type, ticket: good, ...change };
    const answer = await withoutDatabase(playerId, () => player.claimReward(input));
    expect(onlyError(answer)).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT', field },
    });
  });

  it('sent by a server is BAD_USER_INPUT', async () => {
    const input = { type, playerId, ticket: good };
    const answer = await withoutDatabase(playerId, () => asServer().claimReward(input));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ticket' });
  });
});
