/**
 * The claim as an interactive transaction: look up the key, lock the player, look up the claim, read the balances, decide,
 * write. Reads and lock are named statements, so that Postgres caches their plans.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { poolSettings } from '../serve.ts';
import { decide, levelsOf, type Movement } from './decide.ts';
import { balances, claims, ledgerEntries, players } from './tables.ts';

export interface ClaimRewardInput {
  readonly idempotencyKey: string;
  readonly key: string;
  readonly playerId: string;
  readonly ratingGap: number;
}

const CLAIM_TYPE = 'pvp_victory';
const db = drizzle(new pg.Pool(poolSettings()));
type Transaction = Parameters<Parameters<typeof db.transaction>[0]>[0];

const { placeholder } = sql;

export function claimReward(input: ClaimRewardInput) {
  return db.transaction(async (tx) => {
    const known = await findByKey(tx, input);
    if (known) return replay(tx, known);
    const player = await lockPlayer(tx, input.playerId);
    if (await isClaimed(tx, input)) throw new Error('already claimed with another key');
    const current = await readBalances(tx, input.playerId);
    const { movements, levelBefore, levelAfter } = decide(current, input.ratingGap);

    const version = player.version + 1;
    const [claim] = await tx
      .insert(claims)
      .values({
        id: sql`uuidv7()`,
        playerId: input.playerId,
        claimType: CLAIM_TYPE,
        claimKey: input.key,
        idempotencyKey: input.idempotencyKey,
        playerVersion: version,
      })
      .returning();
    if (!claim) throw new Error('the claim was not recorded');
    await write(tx, { playerId: input.playerId, claimId: claim.id, version, movements });
    return receipt(claim, { movements, version, levelBefore, levelAfter, replayed: false });
  });
}

async function findByKey(tx: Transaction, { playerId, idempotencyKey }: ClaimRewardInput) {
  const [known] = await tx
    .select()
    .from(claims)
    .where(and(eq(claims.playerId, placeholder('playerId')), eq(claims.idempotencyKey, placeholder('key'))))
    .prepare('find_by_key')
    .execute({ playerId, key: idempotencyKey });
  return known;
}

async function lockPlayer(tx: Transaction, playerId: string) {
  const locked = tx
    .select({ version: players.version })
    .from(players)
    .where(eq(players.id, placeholder('playerId')))
    .for('no key update')
    .prepare('lock_player');
  const [player] = await locked.execute({ playerId });
  if (player) return player;
  await tx.insert(players).values({ id: playerId }).onConflictDoNothing();
  const [created] = await locked.execute({ playerId });
  if (!created) throw new Error('the player was not created');
  return created;
}

async function isClaimed(tx: Transaction, { playerId, key }: ClaimRewardInput) {
  const same = and(
    eq(claims.playerId, placeholder('playerId')),
    eq(claims.claimType, placeholder('type')),
    eq(claims.claimKey, placeholder('key')),
  );
  const claimed = await tx
    .select({ id: claims.id })
    .from(claims)
    .where(same)
    .prepare('is_claimed')
    .execute({ playerId, type: CLAIM_TYPE, key });
  return claimed.length > 0;
}

function readBalances(tx: Transaction, playerId: string) {
  return tx
    .select()
    .from(balances)
    .where(eq(balances.playerId, placeholder('playerId')))
    .prepare('read_balances')
    .execute({ playerId });
}

async function write(
  tx: Transaction,
  {
    playerId,
    claimId,
    version,
    movements,
  }: { playerId: string; claimId: string; version: number; movements: readonly Movement[] },
) {
  await tx
    .insert(balances)
    .values(movements.map(({ resource, delta }) => ({ playerId, resource, amount: delta, lastSequence: 1 })))
    .onConflictDoUpdate({
      target: [balances.playerId, balances.resource],
      set: {
        amount: sql`${balances.amount} + excluded.amount`,
        lastSequence: sql`${balances.lastSequence} + 1`,
      },
    });
  await tx.insert(ledgerEntries).values(
    movements.map(({ resource, sequence, before, after, delta }, ordinal) => ({
      playerId,
      resource,
      sequence,
      claimId,
      ordinal,
      delta,
      balanceBefore: before,
      balanceAfter: after,
    })),
  );
  await tx.update(players).set({ version, updatedAt: sql`now()` }).where(eq(players.id, playerId));
}

async function replay(tx: Transaction, claim: typeof claims.$inferSelect) {
  const entries = await tx
    .select()
    .from(ledgerEntries)
    .where(eq(ledgerEntries.claimId, claim.id))
    .orderBy(asc(ledgerEntries.ordinal));
  const movements = entries.map((entry) => ({
    ...entry,
    before: entry.balanceBefore,
    after: entry.balanceAfter,
  }));
  const experience = movements.find(({ resource }) => resource === 'experience');
  if (!experience) throw new Error('the claim has no experience entry');
  return receipt(claim, { movements, version: claim.playerVersion, ...levelsOf(experience), replayed: true });
}

function receipt(
  claim: typeof claims.$inferSelect,
  {
    movements,
    version,
    levelBefore,
    levelAfter,
    replayed,
  }: {
    movements: readonly Movement[];
    version: number;
    levelBefore: number;
    levelAfter: number;
    replayed: boolean;
  },
) {
  return {
    claim: { id: claim.id, type: claim.claimType, key: claim.claimKey },
    changes: movements,
    player: { version, level: levelAfter },
    levelBefore,
    levelAfter,
    replayed,
  };
}
