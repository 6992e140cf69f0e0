/**
 * I12 on configs: a claim and a refusal were decided under the config that was current at their time. A version that was published
 * at once may commit a little after the moment from which it is effective; a scheduled one is current from its very moment, unless
 * that came before its publication was committed.
 */
import { aboutClaim } from './history.ts';
import type { Rows } from './rows.ts';
import type { Tally } from './tally.ts';

/** When a publication was running, in milliseconds since 1970. It was committed at some moment of that time, or not at all. */
export interface Publication {
  readonly began: number;
  readonly ended: number;
}

export function checkConfigs(
  tally: Tally,
  { claims, configs }: Rows,
  publications: readonly Publication[],
): void {
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
