/**
 * I12 on configs: a claim and a refusal were decided under the config that was current at their time. A version that was published
 * at once, or for a moment later, may commit a little after it is effective; any other scheduled one is current from its very moment.
 */
import { aboutClaim } from './history.ts';
import type { Rows } from './rows.ts';
import type { Tally } from './tally.ts';

export function checkConfigs(tally: Tally, { claims, configs }: Rows): void {
  const byVersion = new Map(configs.map((config) => [config.version, config]));
  const scheduled = configs.filter((config) => config.scheduled);
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
