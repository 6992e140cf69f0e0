import { beforeAll, expect, inject, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { catchLines, rawLines } from '../../support/worker/log-lines.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  post,
  serverToken,
  staffToken,
  ticket,
} from '../../support/worker/service.ts';

beforeAll(async () => {
  await serveExample();
  catchLines();
});

const CLAIM =
  'mutation($input: ClaimRewardInput!) { claimReward(input: $input) { __typename ... on Receipt { claim { id } } ... on Rejection { message } } }';
const AWARD =
  'mutation($input: ManualRewardInput!) { manualReward(input: $input) { __typename ... on Rejection { message } } }';
/** Every other mutation that takes a text from outside, in one document. */
const OTHERS = `mutation($key: IdempotencyKey!, $text: ClaimKey, $player: PlayerId!) {
  applyDamage(input: { idempotencyKey: $key, playerId: $player, amount: 1, source: $text }) { __typename ... on Rejection { message } }
  recoverReward(input: { idempotencyKey: $key, playerId: $player, type: "arena_chest", key: "k" }) { __typename ... on Rejection { message } }
}`;
const PREVIEW =
  'query($input: PreviewClaimInput!) { previewClaim(input: $input) { __typename ... on Rejection { message } } }';
const EXCHANGE =
  'mutation($input: ExchangeInput!) { exchange(input: $input) { __typename ... on Rejection { message } } }';
const TRANSFER =
  'mutation($input: TransferResourceInput!) { transferResource(input: $input) { __typename ... on Rejection { message } } }';
const REVERSE =
  'mutation($input: ReverseClaimInput!) { reverseClaim(input: $input) { __typename ... on Rejection { message } } }';
const SPEND =
  'mutation($input: SpendStatPointsInput!) { spendStatPoints(input: $input) { __typename ... on Rejection { message } } }';
const TRACE =
  'query($id: CorrelationId!) { trace(correlationId: $id) { attempts { input rejection claim { id } } audit { reason } } }';

it('no token, ticket, connection string, key or SQL is in any log line or answer, on any path', async () => {
  const playerId = await seasonedPlayer();
  const own = await playerToken(playerId);
  const server = await serverToken();
  const staff = await staffToken(await addStaffMember(fresh('staff')));
  const good = await ticket({ playerId, type: 'ascension_victory', key: 'tower-1', facts: { floor: 3 } });
  const late = await ticket({
    playerId,
    type: 'ascension_victory',
    key: 'tower-2',
    facts: { floor: 3 },
    expiresInSeconds: -60,
  });
  const foreign = await ticket({ playerId: 'somebody-else', type: 'ascension_victory', key: 'tower-3' });
  const expired = await playerToken(playerId, -60);
  const broken = ['XX000', '40001', ''].map((errorCode) => ({ errorCode, key: freshKey() }));
  for (const { errorCode, key } of broken) await breakRequests({ match: key, kind: 'error', errorCode });
  const outages = [freshKey()];
  for (const key of outages) await breakRequests({ match: key, kind: 'error', errorCode: '42501' });
  const story = fresh('story');

  const claim = (input: object) =>
    [CLAIM, { input: { idempotencyKey: freshKey(), type: 'ascension_victory', ...input } }] as const;
  const reversal = (input: object) => {
    const sound = {
      idempotencyKey: freshKey(),
      playerId,
      claimId: crypto.randomUUID(),
      reason: 'taken back',
    };
    return [REVERSE, { input: { ...sound, ...input } }] as const;
  };
  const award = { playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: 'a good deed' };
  const requests: (readonly [query: string, variables: object, token: string | undefined])[] = [
    // Where they belong: granted, replayed, refused, expired, for somebody else.
    [...claim({ ticket: good }), own],
    [...claim({ ticket: late }), own],
    [...claim({ ticket: foreign }), own],
    [...claim({ ticket: `${good}x` }), own],
    [...claim({ ticket: good, type: 'pve_victory' }), own],
    [...claim({ ticket: good, playerId }), server],
    // In the wrong place: another field, an unknown field, the document, an operation name.
    ...['idempotencyKey', 'type', 'key', 'playerId', 'facts', 'expectedVersion', 'tickett'].map(
      (field) => [...claim({ [field]: good }), own] as const,
    ),
    [...claim({ ticket: good.repeat(30) }), own],
    [...claim({ ticket: [good] }), own],
    [...claim({ facts: { proof: good } }), server],
    [...claim({ facts: { [good]: 1 } }), server],
    [CLAIM, { input: good }, own],
    // A ticket that is only looked at, is expired, or stands where another mutation has a text.
    ...[good, late, foreign, `${good}x`].map(
      (proof) => [PREVIEW, { input: { type: 'ascension_victory', ticket: proof } }, own] as const,
    ),
    [PREVIEW, { input: { type: good, ticket: good } }, own],
    [EXCHANGE, { input: { idempotencyKey: freshKey(), exchange: good } }, own],
    [EXCHANGE, { input: { idempotencyKey: good, exchange: 'summon' } }, own],
    [TRANSFER, { input: { idempotencyKey: freshKey(), toPlayerId: good, resource: good, amount: 1 } }, own],
    [OTHERS, { key: freshKey(), text: good, player: playerId }, server],
    [OTHERS, { key: freshKey(), text: 'battle-1', player: playerId }, server],
    [`{ pendingRewards(after: "${good}") { edges { cursor } } }`, {}, server],
    [`{ player(id: "${good}") { id } }`, {}, own],
    [`{ claim(id: "${good}") { claim { id } } }`, {}, own],
    [`{ ledger(playerId: "${playerId}", after: "${good}") { edges { cursor } } }`, {}, own],
    [`{ claims(playerId: "${playerId}", filter: { claimType: "${good}" }) { edges { cursor } } }`, {}, own],
    [`{ ledger(playerId: "${playerId}", filter: { from: "${good}" }) { edges { cursor } } }`, {}, own],
    [`{ me { balance(resource: "${good}") } }`, {}, own],
    [TRACE, { id: good }, staff],
    ['{ balanceConfig { document } }', {}, staff],
    ...['claimId', 'playerId', 'idempotencyKey', 'ifInsufficient', 'expectedVersion'].map(
      (field) => [...reversal({ [field]: good }), staff] as const,
    ),
    [`mutation { reverseClaim(input: { ifInsufficient: ${good.split('.')[0]} }) { __typename } }`, {}, staff],
    [SPEND, { input: { idempotencyKey: freshKey(), energy: good } }, own],
    [AWARD, { input: { ...award, idempotencyKey: freshKey(), rewardId: good } }, staff],
    [
      AWARD,
      { input: { ...award, idempotencyKey: freshKey(), grants: [{ resource: good, amount: 1 }] } },
      staff,
    ],
    // Outages, and tokens that are not good.
    ...broken.map(({ key }) => [AWARD, { input: { ...award, idempotencyKey: key } }, staff] as const),
    ...outages.map((key) => [EXCHANGE, { input: { exchange: 'drop', idempotencyKey: key } }, own] as const),
    [AWARD, { input: { ...award, idempotencyKey: freshKey() } }, staff],
    [...claim({ ...victory, playerId, key: 'cup-1' }), server],
    [TRACE, { id: story }, staff],
    ['{ me { id } }', {}, expired],
    ['{ me { id } }', {}, `${own}x`],
    ['{ me { id } }', {}, good],
    ['{ me { id } }', {}, 'Basic cGFzc3dvcmQ'],
  ];

  const answers: string[] = [];
  const ask = async (body: string, token: string | undefined) => {
    const response = await post(body, {
      'x-correlation-id': story,
      ...(token && { authorization: `Bearer ${token}` }),
    });
    answers.push(`${JSON.stringify([...response.headers])}\n${await response.text()}`);
  };
  for (const [query, variables, token] of requests) await ask(JSON.stringify({ query, variables }), token);
  for (const body of [`{"query": "${own}`, `"${own}"`, JSON.stringify({ query: '{ __typename }', [own]: 1 })])
    await ask(body, own);

  const { tokens, tickets } = inject('signingKeys') as Record<
    'tokens' | 'tickets',
    { kid: string; x: string; d: string }
  >;
  const passwords = inject('databases')
    .flatMap(Object.values<string>)
    .flatMap((url) => [url, new URL(url).password, new URL(url).host]);
  const secrets = [own, server, staff, good, late, foreign, expired]
    // The signature is what makes a token worth stealing.
    .flatMap((jws) => [jws, jws.split('.')[2] as string])
    .concat(
      [tokens, tickets].flatMap(({ kid, x, d }) => [kid, x, d]),
      passwords,
      inject('neonEndpoint'),
    )
    .filter((secret) => secret.length > 3);
  const SQL =
    /\bSELECT\b|\bINSERT\b|commit_operation|onceward\.(players|balances|reward_claims)|NeonDbError|node_modules|\bat \S+\.[jt]s/;

  expect(rawLines().length).toBeGreaterThanOrEqual(requests.length);
  for (const line of rawLines()) {
    for (const secret of secrets) expect(line).not.toContain(secret);
    expect(line).not.toMatch(SQL);
    expect(line.length).toBeLessThan(2_000);
    expect(() => JSON.parse(line)).not.toThrow();
  }
  const told = new Set([`Unexpected parameter "${own}" in the request body.`]);
  for (const answer of answers) {
    if ([...told].some((message) => answer.includes(JSON.stringify(message).slice(1, -1)))) continue;
    for (const secret of secrets) expect(answer).not.toContain(secret);
    expect(answer).not.toMatch(SQL);
  }
});
