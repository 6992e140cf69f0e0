/** What a seed needs before its clients begin: configs, staff, codes and a server with a scope. */
import { checkDocument } from '../../cli/config-judge.ts';
import { addStaff } from '../../cli/staff.ts';
import { drawVariant, type Variant } from '../game/balance-config.ts';
import type { Rules } from '../model/rules.ts';
import type { Operation } from '../operation.ts';
import { Random } from '../random.ts';
import { VARIANTS } from '../schedule/faults.ts';
import type { CommitPath } from '../schedule/lane-faults.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { staffOf, type World } from '../schedule/world.ts';
import type { Deployment } from '../stack/deployment.ts';
import { ServerChanges } from './change-servers.ts';
import { createCodes } from './create-codes.ts';

interface Options {
  readonly seed: string;
  readonly operationKinds: ReadonlyMap<string, Operation>;
  readonly deployment: Deployment;
  readonly path: CommitPath;
  readonly ownerDatabaseUrl: string;
  readonly rulesByDigest: Map<string, Rules>;
  readonly count: (kind: string) => void;
}

export interface Prepared {
  readonly variants: readonly Variant[];
  /** Of the config that was published. */
  readonly version: number;
  readonly servers: ServerChanges;
}

export async function prepareSeed(options: Options, schedule: Schedule): Promise<Prepared> {
  const { seed, operationKinds, deployment, ownerDatabaseUrl, rulesByDigest } = options;
  const facts = { seed, began: Date.now() };
  const variants = Array.from({ length: VARIANTS }, (_, index) =>
    drawVariant(new Random(`${seed}/variant/${index}`), operationKinds.values(), facts),
  );
  await addDigests(rulesByDigest, variants);
  await deployment.commitThrough(options.path);
  await hireStaff(ownerDatabaseUrl, schedule.world);
  deployment.kv.state = schedule.kvNeverUpdates ? 'frozen' : 'healthy';
  deployment.environment.endpoint.behaviour.cancels = !schedule.nothingCancelled;
  if (schedule.nothingCancelled) options.count('seed whose queries nothing cancels');
  const published = await deployment.publish((variants[0] as Variant).document);
  const version = 'problems' in published ? 0 : published.version;
  const rules = variants.map((variant) => variant.rules);
  await createCodes({ deployment, ownerDatabaseUrl, seed, rules });
  const servers = new ServerChanges(deployment, schedule.world);
  await servers.register(ownerDatabaseUrl);
  return { variants, version, servers };
}

async function addDigests(rulesByDigest: Map<string, Rules>, variants: readonly Variant[]): Promise<void> {
  for (const { rules, document } of variants) {
    const checked = await checkDocument(document);
    if (checked.kind === 'invalid')
      throw new Error(`The simulation drew an invalid config: ${JSON.stringify(checked.problems)}`);
    rulesByDigest.set(checked.sha256, rules);
  }
}

/** Creates the rows of a seed's staff. */
async function hireStaff(ownerDatabaseUrl: string, world: World): Promise<void> {
  for (const member of staffOf(world)) await addStaff(ownerDatabaseUrl, member);
}
