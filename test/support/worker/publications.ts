/** Balance configs that staff publish through the API. */
import { expect } from 'vitest';
import { POINTER_KEY } from '../../../src/config/published.ts';
import {
  cancelScheduled,
  changedExample,
  type Document,
  kv,
  publish,
  publishedVersions,
  schedule,
} from './balance.ts';
import { asServer, asStaff, receiptOf } from './client.ts';
import { addStaffMember, owner } from './ledger-state.ts';
import { fresh } from './service.ts';

const DAY_MS = 86_400_000;

/** The example with a description that no other document has. */
export function described(about: string): Document {
  return changedExample((example) => {
    example.description = fresh(about);
  });
}

/** The example with another description, on the current version. What is scheduled is cancelled with it. */
export async function newPublication(): Promise<object> {
  const document = described('publication');
  const { current, scheduled } = await publishedVersions();
  return { document: JSON.stringify(document), baseVersion: current, cancels: scheduled };
}

export async function newRollback(): Promise<object> {
  await cancelScheduled();
  const first = await publishedVersions();
  await publish(described('mistake'));
  const { current } = await publishedVersions();
  return { version: first.current, baseVersion: current };
}

export async function scheduledVersion(): Promise<number> {
  const { scheduled } = await publishedVersions();
  return scheduled ?? (await schedule(described('later'), Date.now() + DAY_MS));
}

/** What publishing writes: versions and the rows that the kernel reads of them, names, settings and what is proposed. */
async function publishingState(): Promise<unknown> {
  const [row] = await owner`
    SELECT (SELECT json_agg(json_build_array(version, effective_from, sha256) ORDER BY version)
              FROM onceward.balance_configs) AS versions,
           (SELECT json_agg(g ORDER BY g) FROM (SELECT l::text AS g FROM onceward.game_limits l) AS l) AS limits,
           (SELECT count(*) FROM onceward.names)::int AS names,
           (SELECT count(*) FROM onceward.milestones)::int AS milestones,
           (SELECT count(*) FROM onceward.staff_values)::int AS staff_values,
           (SELECT count(*) FROM onceward.take_limits)::int AS take_limits,
           (SELECT json_agg(r ORDER BY r) FROM (SELECT g::text AS r FROM onceward.regeneration_rules g) AS g) AS regeneration,
           (SELECT json_agg(json_build_array(no, state) ORDER BY no) FROM onceward.proposals) AS proposals`;
  return { ...row, pointer: await kv.get(POINTER_KEY) };
}

/** Runs a request that must publish, schedule, cancel and propose nothing. */
export async function publishingNothing<T>(run: () => Promise<T>): Promise<T> {
  const before = await publishingState();
  const result = await run();
  expect(await publishingState()).toEqual(before);
  return result;
}

/** Runs while the owner has this setting. */
export async function whilePublishing<T>(
  setting: 'off' | 'staff' | 'approved',
  run: () => Promise<T>,
): Promise<T> {
  await owner`UPDATE onceward.settings SET config_publishing = ${setting}`;
  try {
    return await run();
  } finally {
    await owner`UPDATE onceward.settings SET config_publishing = 'staff'`;
  }
}

type Role = 'support' | 'economist' | 'auditor' | 'admin';
export const member = (role: Role = 'economist') => addStaffMember(fresh(role), { role });
export const publisher = async () => asStaff(await member());

/** The example with another reward of an arena chest. */
export const chestOf = (lumees: number): Document =>
  changedExample((document) => {
    document.claimTypes.arena_chest.rewards = { lumees };
  });

/** What a new player gets for an arena chest now, and under which version. */
export async function paidByChest(): Promise<{ version: number | null; lumees: number | undefined }> {
  const chest = { type: 'arena_chest', playerId: fresh('player'), key: fresh('chest') };
  const { claim, changes } = receiptOf(await asServer().claimReward(chest));
  return {
    version: claim.configVersion,
    lumees: changes.find(({ cause }) => cause === 'OPERATION')?.delta,
  };
}

export const currentVersion = async () => (await publishedVersions()).current;

/** The input that publishes a document on the current version. */
export const publication = async (document: unknown, over: object = {}) => ({
  document: JSON.stringify(document),
  baseVersion: await currentVersion(),
  reason: 'floors pay more',
  ...over,
});
