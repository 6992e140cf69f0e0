/**
 * Each operation makes one request to the database. The endpoint counts the requests that contain a value which no other
 * request contains.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { parseClaimId } from '../../../src/domain/claim-id.ts';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { startIsolate } from '../../support/worker/isolate.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { REJECTION_CASES } from '../../support/worker/rejection-cases.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { READS, SCENES, seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';

beforeEach(serveExample);

describe('a mutation', () => {
  it.each(
    sampleOf(SCENES, 2),
  )('$name: makes one request for a grant, a replay, a reused key and a replay after a config change', async ({
    prepare,
  }) => {
    const { playerId, send } = await prepare();
    const count = (run: () => Promise<unknown>) => countRequests(playerId, run);
    expect(await count(() => send())).toBe(1);
    expect(await count(() => send())).toBe(1);
    expect(await count(() => send({ expectedVersion: 99 }))).toBe(1);
    await publish(changedExample(({ levels }) => Object.assign(levels, { maxLevel: 60 })));
    expect(await count(() => send())).toBe(1);
    // The replay returns the old config with the receipt, so an isolate that never read it makes one request, too.
    expect(await count(() => send({}, { door: startIsolate() }))).toBe(1);
    expect(receiptOf(await send()).replayed).toBe(true);
  });

  it.each(
    sampleOf(REJECTION_CASES, 3, 1),
  )('$name: makes one request for the rejection and one for its replay', async ({ prepare, expected }) => {
    const { playerId, send } = await prepare();
    const idempotencyKey = freshKey();
    for (let attempt = 1; attempt <= 2; attempt++) {
      const count = await countRequests(playerId, async () => {
        const rejection = rejectionOf(await send(idempotencyKey), expected.__typename);
        expect(rejection).toMatchObject(expected);
      });
      expect(count).toBe(1);
    }
  });
});

interface Reader {
  readonly reader: string;
  readonly client: (playerId: string) => Promise<Client>;
}
const READERS: readonly Reader[] = [
  { reader: 'a player', client: async (playerId) => asPlayer(playerId) },
  { reader: 'a server', client: async () => asServer() },
  {
    reader: 'staff',
    client: async () => asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' })),
  },
];

/** Their requests to the database do not contain the player's ID. */
const WITHOUT_PLAYER = [
  ...[
    ...['balanceConfig', 'balanceConfigs', 'previewBalanceConfig'],
    'alarms',
    'breakers',
    'claimsOf',
    'events',
    'erasures',
    'heldRewards',
    'findPlayers',
    'integrity',
    'replayClaims',
    'searchClaims',
    'staffActions',
    ...['staffMember', 'staffMembers', 'roles', 'servers'],
    'trace',
  ],
  ...['campaign', 'campaigns', 'campaignRefusals', 'lists', 'proposals', 'undo', 'undos', 'undoPlayers'],
  ...['ranking', 'rankingRefusals', 'rankingResult', 'codeBatches'],
  ...['endpoints', 'deadLetters', 'eventSends'],
  ...['balanceDistributions', 'drawnOdds', 'economy', 'rankedBalances'],
];

const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' };

describe('a query', () => {
  it.each(
    READS.filter(({ operation }) => !WITHOUT_PLAYER.includes(operation)),
  )('$name: makes one request', async ({ prepare }) => {
    const { playerId, send } = await prepare();
    const count = await countRequests(playerId, async () => {
      expect(resultOf(await send())).not.toBeNull();
    });
    expect(count).toBe(1);
  });

  it.each(READERS)('ledger by $reader, of a resource and a period: makes one request', async ({ client }) => {
    const playerId = await seasonedPlayer();
    const reader = await client(playerId);
    const filter = { resource: 'experience', from: '2020-01-01T00:00:00Z', to: '2090-01-01T00:00:00Z' };
    const count = await countRequests(playerId, async () => {
      expect(resultOf(await reader.ledger({ playerId, filter })).edges).toHaveLength(1);
    });
    expect(count).toBe(1);
  });

  it.each(READERS)('claim by $reader, with the ID of the claim: makes one request', async ({ client }) => {
    const playerId = await seasonedPlayer();
    const { claim } = receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }));
    const reader = await client(playerId);
    // The statement names the player's handle, which is in the ID, and the number.
    const count = await countRequests(String(parseClaimId(claim.id)?.handle), async () => {
      expect(resultOf(await reader.claim({ id: claim.id }))?.claim.id).toBe(claim.id);
    });
    expect(count).toBe(1);
  });

  it.each(READERS)('trace by $reader: makes one request', async ({ client }) => {
    const playerId = await seasonedPlayer();
    const award = { playerId, grants: [{ resource: 'lumees', amount: 5 }], reason: 'a lost match' };
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const { correlationId } = receiptOf(await staff.manualReward(award));
    const reader = await client(playerId);
    const count = await countRequests(correlationId, async () => {
      expect(resultOf(await reader.trace({ correlationId })).attempts).toHaveLength(1);
    });
    expect(count).toBe(1);
  });

  it('lists across players, and who one is, by staff: make one request, which also audits lists', async () => {
    const staffId = await addStaffMember(fresh('staff'), { role: 'auditor' });
    const staff = asStaff(staffId);
    for (const look of [
      () => staff.claimsOf({ type: victory.type, key: 'cup-1' }),
      () => staff.searchClaims({ filter: { type: victory.type } }),
      () => staff.events({ first: 1 }),
      () => staff.findPlayers({ text: 'player-' }),
      () => staff.replayClaims({ from: '2020-01-01T00:00:00Z', first: 1 }),
      () => staff.staffMember({}),
      () => staff.staffMembers({}),
      () => staff.roles({}),
      () => staff.servers({}),
      () => staff.economy(NOVEMBER),
      () => staff.drawnOdds(NOVEMBER),
      () => staff.balanceDistributions({}),
      () => staff.rankedBalances({ resource: 'lumees', order: 'RICHEST' }),
    ]) {
      const count = await countRequests(staffId, async () => {
        expect(resultOf<unknown>(await look())).not.toBeNull();
      });
      expect(count).toBe(1);
    }
  });

  it('events by a server: makes one request, which also checks the registry', async () => {
    const serverId = fresh('server');
    const count = await countRequests(serverId, async () => {
      expect(resultOf(await asServer(serverId).events({ first: 1 }))).not.toBeNull();
    });
    expect(count).toBe(1);
  });

  it('what is known of endpoints, by staff: makes one request', async () => {
    const staffId = await addStaffMember(fresh('staff'), { role: 'admin' });
    const staff = asStaff(staffId);
    for (const look of [
      () => staff.endpoints({}),
      () => staff.deadLetters({ endpointId: 1 }),
      () => staff.eventSends({ endpointId: 1 }),
    ]) {
      const count = await countRequests(staffId, async () => {
        expect(resultOf<unknown>(await look())).not.toBeNull();
      });
      expect(count).toBe(1);
    }
  });

  it('balanceConfig by staff and by a server: makes one request', async () => {
    const staffId = await addStaffMember(fresh('staff'), { role: 'economist' });
    const staff = asStaff(staffId);
    const byStaff = await countRequests(staffId, async () => {
      expect(resultOf(await staff.balanceConfig({}))).not.toBeNull();
    });
    expect(byStaff).toBe(1);
    // The request of a server does not contain its ID, but it contains a version that no other test asks for.
    const version = 8 * 10 ** 15 + Math.floor(Math.random() * 10 ** 15);
    const byServer = await countRequests(String(version), async () => {
      expect(resultOf(await asServer().balanceConfig({ version }))).toBeNull();
    });
    expect(byServer).toBe(1);
  });

  it('staffActions by staff: makes one request', async () => {
    const staffId = await addStaffMember(fresh('staff'), { role: 'auditor' });
    const count = await countRequests(staffId, async () => {
      expect(resultOf(await asStaff(staffId).staffActions({ staffId })).edges).toEqual([]);
    });
    expect(count).toBe(1);
  });

  it('makes no request to the database when the actor may not read the player', async () => {
    const [playerId, other] = [fresh('player'), fresh('player')];
    const count = await countRequests(other, async () => {
      expect(faultOf(await asPlayer(playerId).player({ id: other })).code).toBe('FORBIDDEN');
    });
    expect(count).toBe(0);
  });
});
