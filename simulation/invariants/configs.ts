/**
 * I12 on configs: a claim and a refusal were decided under the config that was current at their time. A version that was published
 * at once may commit a little after the moment from which it is effective; a scheduled one is current from its very moment, unless
 * that came before its publication was committed. What staff publish replaces the version that they saw (I12), under their name (I10).
 */
import { aboutClaim } from './history.ts';
import type { Rows } from './rows.ts';
import type { Tally } from './tally.ts';

/** When a publication was running, in milliseconds since 1970. It was committed at some moment of that time, or not at all. */
export interface Publication {
  readonly began: number;
  readonly ended: number;
  /** By staff through the API; null: its answer was lost. Left out: by the owner. */
  readonly staff?: StaffPublication | null;
}

/** What staff asked for, and the answer. */
export interface StaffPublication {
  readonly by: string;
  /** The version that they published on. */
  readonly base: number;
  /** The type of the answer. */
  readonly kind: string;
  /** Null: nothing was published. */
  readonly version: number | null;
}

type Configs = Rows['configs'];

/** The version that was current when this one was published. */
function replacedBy(configs: Configs, { version, publishedAt }: Configs[number]): number | undefined {
  return configs
    .filter((one) => one.version !== version && one.effectiveFrom < publishedAt)
    .toSorted((a, b) => b.effectiveFrom - a.effectiveFrom || b.version - a.version)[0]?.version;
}

/** What staff published is a version of their own name, on the one that they saw. */
function checkStaffPublications(tally: Tally, configs: Configs, publications: readonly Publication[]): void {
  for (const { staff } of publications) {
    if (!staff || staff.version === null) continue;
    const { version, by, base } = staff;
    const config = configs.find((one) => one.version === version);
    // One that was scheduled and cancelled is effective never.
    if (!config) continue;
    const about = (what: string) => () => ({ what: `version ${version} ${what}`, player: by });
    tally.check('I10', config.publishedBy === by, about(`has the name of ${config.publishedBy}, not ${by}`));
    const replaced = replacedBy(configs, config);
    tally.check('I12', replaced === base, about(`was published on ${base}, but replaced ${replaced}`));
  }
}

export function checkConfigs(
  tally: Tally,
  { claims, configs }: Rows,
  publications: readonly Publication[],
): void {
  checkStaffPublications(tally, configs, publications);
  const byVersion = new Map(configs.map((config) => [config.version, config]));
  const mayBeLate = (moment: number) =>
    publications.some(({ began, ended }) => began <= moment && moment <= ended);
  const scheduled = configs.filter((config) => config.scheduled && !mayBeLate(config.effectiveFrom));
  for (const claim of claims) {
    const { configVersion, claimedAt } = claim;
    const from = byVersion.get(configVersion)?.effectiveFrom ?? Number.POSITIVE_INFINITY;
    tally.check(
      'I12',
      from <= claimedAt,
      aboutClaim(claim, `it was made at ${claimedAt} under version ${configVersion}, in force from ${from}`),
    );
    const skipped = scheduled.find(
      ({ version, effectiveFrom }) => effectiveFrom <= claimedAt && version > configVersion,
    );
    tally.check(
      'I12',
      skipped === undefined,
      aboutClaim(
        claim,
        `it was made at ${claimedAt} under version ${configVersion}, but version ${skipped?.version} was scheduled for ${skipped?.effectiveFrom}`,
      ),
    );
  }
}
