/**
 * Rewards that a game server gives by hand: one in each request, and 500 in each. They have a ledger, a config and a Worker of their
 * own, whose server may give as much as they need.
 */
import { canonicalJson, sha256Hex } from '../../src/config/json.ts';
import { documentKey, POINTER_KEY } from '../../src/config/published.ts';
import { createLedger } from '../stack/new-ledger.ts';
import type { Stack } from '../stack/stack.ts';
import { playerIn, SERVER_ID } from './claims.ts';
import { startOnceward } from './onceward.ts';
import { requestsWith } from './requests.ts';
import { type Access, httpSubject, type Subject } from './subject.ts';

const ITEMS = 500;
const GIVES = [{ resource: 'lumees', amount: 1 }] as const;

export async function awards(stack: Stack, access: Access): Promise<Subject[]> {
  const base = stack.database.config.document as { readonly manualRewards: object };
  const servers = { limitPerReward: 10_000, budgetPerDay: Number.MAX_SAFE_INTEGER };
  const document = { ...base, manualRewards: { ...base.manualRewards, servers } };
  const { databaseUrl } = await createLedger(stack, 'onceward_awards', document);
  const sha256 = await sha256Hex(canonicalJson(document));
  const kvEntries = {
    [documentKey(sha256)]: canonicalJson(document),
    [POINTER_KEY]: JSON.stringify({ version: 1, sha256 }),
  };
  const { endpointUrl } = access;
  const worker = await startOnceward(stack, { access: { databaseUrl, endpointUrl }, kvEntries });
  const token = await stack.signer.signToken({ kind: 'server', id: SERVER_ID, expiresInSeconds: 36_000 });
  const requests = requestsWith(token);
  let made = 0;
  const nextAward = () => {
    made += 1;
    return requests.award({
      idempotencyKey: `award-${made}-key-0123456789`,
      playerId: playerIn('award', made),
      rewardId: `award-${made}`,
      grants: GIVES,
      reason: 'a benchmark',
    });
  };
  const nextBulk = () => {
    made += 1;
    const campaign = `bulk-${made}`;
    const items = Array.from({ length: ITEMS }, (_, item) => ({
      playerId: playerIn('award', item),
      item: 'gift',
      gives: GIVES,
    }));
    return requests.grantMany({
      idempotencyKey: `${campaign}-key-0123456789`,
      campaign,
      items,
      reason: 'a benchmark',
    });
  };
  return [
    httpSubject(worker, { name: 'award', title: 'Onceward, manualReward', next: nextAward }),
    httpSubject(worker, {
      name: 'grant-many',
      title: `Onceward, grantMany of ${ITEMS}`,
      next: nextBulk,
      claimsPerRequest: ITEMS,
    }),
  ];
}
