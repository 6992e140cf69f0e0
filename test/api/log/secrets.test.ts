import { beforeAll, describe, expect, inject, it } from 'vitest';
import { schema } from '../../../src/resolvers/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { documentOf, type OperationName, takesKey, variablesOf } from '../../support/worker/client.ts';
import { bodyWith, soundRequest } from '../../support/worker/input-requests.ts';
import { fieldsOf, inputsOf } from '../../support/worker/inputs.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { catchLines, rawLines } from '../../support/worker/log-lines.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { sampleOf } from '../../support/worker/sample.ts';
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

const INTERNAL =
  /\bSELECT\b|\bINSERT\b|commit_operation|onceward\.(players|balances|reward_claims)|NeonDbError|node_modules|\bat \S+\.[jt]s/;
const MAX_LINE = 2_000;
const correlationId = fresh('story');
const tower = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 3 } } as const;

let playerId: string;
const tokens = { player: '', server: '', staff: '', expired: '' };
const tickets = { good: '', expired: '', foreign: '' };
const secrets: string[] = [];
const answers: string[] = [];
let sent = 0;
/** So many lines were checked. */
let checked = 0;

/** The signature is the part of a token that is worth stealing. */
const addSecret = (jws: string) => secrets.push(jws, String(jws.split('.')[2]));

beforeAll(async () => {
  await serveExample();
  catchLines();
  playerId = await seasonedPlayer();
  tokens.player = await playerToken(playerId);
  tokens.server = await serverToken();
  tokens.staff = await staffToken(await addStaffMember(fresh('staff')));
  tokens.expired = await playerToken(playerId, -60);
  tickets.good = await ticket({ ...tower, playerId });
  tickets.expired = await ticket({ ...tower, playerId, key: 'tower-2', expiresInSeconds: -120 });
  tickets.foreign = await ticket({ ...tower, playerId: 'somebody-else', key: 'tower-3' });
  for (const jws of [...Object.values(tokens), ...Object.values(tickets)]) addSecret(jws);

  const keys = inject('signingKeys') as Record<'tokens' | 'tickets', { kid: string; x: string; d: string }>;
  for (const { kid, x, d } of [keys.tokens, keys.tickets]) secrets.push(kid, x, d);
  const urls = inject('databases').flatMap(Object.values<string>);
  for (const url of urls) secrets.push(url, new URL(url).password, new URL(url).host);
  secrets.push(inject('neonEndpoint'));
});

async function sendBody(body: string, token?: string): Promise<void> {
  const response = await post(body, {
    'x-correlation-id': correlationId,
    ...(token && { authorization: `Bearer ${token}` }),
  });
  sent += 1;
  answers.push(`${JSON.stringify([...response.headers])}\n${await response.text()}`);
  // A request over the rate limit would not reach what it is for.
  expect(response.status).not.toBe(429);
}

const sendQuery = (query: string, token?: string) => sendBody(JSON.stringify({ query }), token);

function sendOperation(name: OperationName, input: object, token?: string): Promise<void> {
  const key = takesKey(name) ? { idempotencyKey: freshKey() } : {};
  const variables = variablesOf(name, { ...key, ...input });
  return sendBody(JSON.stringify({ query: documentOf(name), variables }), token);
}

/** Checks every new log line, or all of this file, and every new answer except those that repeat this to the sender. */
function expectNoSecret({
  except,
  all = false,
}: {
  readonly except?: string;
  readonly all?: boolean;
} = {}): void {
  const hidden = secrets.filter((secret) => secret.length > 3);
  expect(rawLines().length).toBeGreaterThanOrEqual(sent);
  const lines = rawLines().slice(all ? 0 : checked);
  checked = rawLines().length;
  for (const line of lines) {
    for (const secret of hidden) expect(line).not.toContain(secret);
    expect(line).not.toMatch(INTERNAL);
    expect(line.length).toBeLessThan(MAX_LINE);
    expect(() => JSON.parse(line)).not.toThrow();
  }
  for (const answer of answers) {
    if (except && answer.includes(JSON.stringify(except).slice(1, -1))) continue;
    for (const secret of hidden) expect(answer).not.toContain(secret);
    expect(answer).not.toMatch(INTERNAL);
  }
  answers.length = 0;
}

describe('secrets: tokens, tickets, connection strings, keys and SQL', () => {
  it('no secret is logged or answered after a ticket was granted, replayed, refused, expired or sent by somebody else', async () => {
    const { player, server } = tokens;
    for (const proof of [tickets.good, tickets.expired, tickets.foreign, `${tickets.good}x`]) {
      await sendOperation('previewClaim', { type: tower.type, ticket: proof }, player);
      await sendOperation('claimReward', { type: tower.type, ticket: proof }, player);
    }
    const wrong = [
      { type: 'pve_victory', ticket: tickets.good },
      { type: tower.type, ticket: tickets.good.repeat(30) },
      { type: tower.type, ticket: [tickets.good] },
      { type: tower.type, tickett: tickets.good },
      { type: tickets.good, ticket: tickets.good },
    ];
    for (const input of wrong) await sendOperation('claimReward', input, player);
    await sendOperation('previewClaim', { type: tickets.good, ticket: tickets.good }, player);
    await sendOperation('claimReward', { type: tower.type, ticket: tickets.good, playerId }, server);
    await sendOperation('claimReward', { ...tower, playerId, facts: { proof: tickets.good } }, server);
    await sendOperation('claimReward', { ...tower, playerId, facts: { [tickets.good]: 1 } }, server);
    await sendBody(
      JSON.stringify({ query: documentOf('claimReward'), variables: { input: tickets.good } }),
      player,
    );
    expectNoSecret();
  });

  // Reasons and messages of staff are stored as they were written.
  const written = ['Reason', 'MessageText'];
  const fields = fieldsOf(schema).map((field) => ({
    name: field.name,
    field,
    inputs: inputsOf(field).filter(({ type }) => !written.includes(type.name)),
  }));
  it.each(
    sampleOf(fields, 2),
  )('no secret is logged or answered after a ticket was sent in every input of $name', async ({
    field,
    inputs,
  }) => {
    const { token, variables } = await soundRequest(field);
    addSecret(token);
    const json = JSON.stringify(tickets.good);
    for (const { path } of inputs)
      for (const form of ['variables', 'literals'] as const)
        await sendBody(String(bodyWith(field, variables(), { path, json }, form)), token);
    expectNoSecret();
  });

  it('no secret is logged or answered after a ticket was sent as an enum value', async () => {
    const value = tickets.good.split('.')[0];
    await sendQuery(
      `mutation { reverseClaim(input: { ifInsufficient: ${value} }) { __typename } }`,
      tokens.staff,
    );
    expectNoSecret();
  });

  it('no secret is logged or answered after the database failed', async () => {
    const { player, server, staff } = tokens;
    const award = { playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: 'a good deed' };
    for (const errorCode of ['XX000', '40001', '', '42501']) {
      const [awardKey, exchangeKey] = [freshKey(), freshKey()];
      for (const match of [awardKey, exchangeKey]) await breakRequests({ match, kind: 'error', errorCode });
      await sendOperation('manualReward', { ...award, idempotencyKey: awardKey }, staff);
      await sendOperation('exchange', { exchange: 'drop', idempotencyKey: exchangeKey }, player);
    }
    await sendOperation('manualReward', award, staff);
    await sendOperation('claimReward', { ...victory, playerId, key: 'cup-1' }, server);
    expectNoSecret();
  });

  it('no secret is logged or answered after a token was refused, or sent in the body', async () => {
    const { player, expired } = tokens;
    for (const token of [expired, `${player}x`, tickets.good, 'Basic cGFzc3dvcmQ'])
      await sendQuery('{ me { id } }', token);
    await sendBody(`{"query": "${player}`, player);
    await sendBody(`"${player}"`, player);
    await sendBody(JSON.stringify({ query: '{ __typename }', [player]: 1 }), player);
    expectNoSecret({ except: `Unexpected parameter "${player}" in the request body.` });
  });

  it('no secret is logged or answered after staff have read the trace of all these requests, and the config', async () => {
    await sendOperation('trace', { correlationId }, tokens.staff);
    await sendOperation('balanceConfig', {}, tokens.staff);
    expectNoSecret({ all: true });
  });
});
