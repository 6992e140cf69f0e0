// The proof of campaigns in its short form: `npm run prove:campaign` does the same with more players and kills.
import { expect, test } from 'vitest';
import { proveCampaign } from '../../simulation/campaign/prove.ts';
import { sizeOf } from '../support/long-run.ts';

const PLAYERS = sizeOf({ long: 1_000, short: 600 });
/** Of five hundred players of the list one is unknown. */
const REFUSED = Math.floor(PLAYERS / 500);

test('a campaign that is killed three times grants each player once, and its report agrees with ledger and dry run', async () => {
  const proof = await proveCampaign({ players: PLAYERS, kills: 3, seed: 'short', log: () => {} });
  expect(proof.faults).toEqual([]);
  expect(Object.values(proof.kills).reduce((sum, count) => sum + count)).toBe(3);
  expect(proof.campaign.report).toMatchObject({
    granted: PLAYERS - REFUSED,
    rejected: REFUSED,
    already: 0,
    pending: 0,
  });
}, 180_000);
