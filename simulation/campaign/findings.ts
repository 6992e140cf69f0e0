/** The campaigns and the rankings of a seed, and what does not agree afterwards. */
import type { Tally } from '../invariants/tally.ts';
import type { DatabaseUrls, Environment } from '../stack/environment.ts';
import { type LiveOps, newDatabase } from '../undo/findings.ts';
import { simulateRankings } from './rankings.ts';
import { simulateCampaign } from './simulate.ts';

/** `kernel`: changes the functions of the new database. Returns how many grants there were. */
export async function proveCampaignsIn(
  environment: Environment,
  { seed, database, tally, kernel = async () => {} }: LiveOps & { readonly tally: Tally },
): Promise<number> {
  const urls: DatabaseUrls = await newDatabase(environment, database);
  await kernel(urls.ownerDatabaseUrl);
  const { faults, granted } = await simulateCampaign(
    { ...urls, neonEndpoint: environment.endpoint.url },
    seed,
  );
  tally.check('I4', faults.length === 0, () => ({
    what: `a campaign under kills: ${faults[0]}`,
    player: '',
    evidence: faults.slice(1, 6),
  }));
  return granted;
}

/** `kernel`: changes the functions of the new database. Returns how many places were paid. */
export async function proveRankingsIn(
  environment: Environment,
  { seed, database, tally, kernel = async () => {} }: LiveOps & { readonly tally: Tally },
): Promise<number> {
  const urls: DatabaseUrls = await newDatabase(environment, database);
  await kernel(urls.ownerDatabaseUrl);
  const { faults, paid } = await simulateRankings({ ...urls, neonEndpoint: environment.endpoint.url }, seed);
  tally.check('I4', faults.length === 0, () => ({
    what: `rankings under kills: ${faults[0]}`,
    player: '',
    evidence: faults.slice(1, 6),
  }));
  return paid;
}
