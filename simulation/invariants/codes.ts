/** I11 and I10 on codes, without the model: wrong tries are counted, and no row holds a code. */
import type { Attempt } from '../clients/journal.ts';
import { codesOf, WRONG_TRIES } from '../game/codes.ts';
import type { World } from '../schedule/world.ts';
import type { Rows } from './rows.ts';
import type { Tally } from './tally.ts';

export function checkCodes(
  tally: Tally,
  {
    attempts,
    rows,
    world,
  }: { readonly attempts: readonly Attempt[]; readonly rows: Rows; readonly world: World },
): void {
  const redemptions = rows.claims.filter(({ operation }) => operation === 'redeemCode');
  const wrong = redemptions.filter(
    ({ row }) => (row.rejection as { kind?: string } | null)?.kind === 'unknown_code',
  );
  for (const [player, tries] of Map.groupBy(wrong, (claim) => claim.player))
    tally.check('I11', tries.length <= WRONG_TRIES, () => ({
      what: `${tries.length} wrong codes were tried within an hour`,
      player,
    }));
  for (const { intent, answer } of attempts) {
    if (intent.operation !== 'redeemCode' || answer?.kind !== 'fault' || answer.code !== 'RATE_LIMITED')
      continue;
    const tries = wrong.filter(({ player }) => player === intent.player).length;
    tally.check('I11', tries >= WRONG_TRIES, () => ({
      what: `no more codes are accepted after ${tries} wrong ones`,
      player: intent.player,
      keys: [intent.key],
    }));
  }
  const texts = codesOf(world.seed).map(({ text }) => text);
  for (const { player, id, row } of redemptions) {
    const stored = JSON.stringify(row);
    const held = texts.find((text) => stored.includes(text));
    tally.check('I10', held === undefined, () => ({
      what: `its row holds the code ${held}`,
      player,
      claims: [id],
    }));
  }
}
