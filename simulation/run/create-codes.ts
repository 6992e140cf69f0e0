/** Creates the codes of a seed through the API, before its clients begin. */
import { addStaff } from '../../cli/staff.ts';
import { mutationBody, OUTCOME } from '../clients/document.ts';
import { type CodeNumbers, chosenText } from '../game/codes.ts';
import type { Rules } from '../model/rules.ts';
import type { Deployment } from '../stack/deployment.ts';

interface Options {
  readonly deployment: Deployment;
  readonly ownerDatabaseUrl: string;
  readonly seed: string;
  /** The rules of every config of the seed: each learns the codes' batches. */
  readonly rules: readonly Rules[];
}

/** An admin, who also changes staff and publishes configs. */
export const makerOf = (seed: string) => `maker-of-${seed}`;

export async function createCodes({ deployment, ownerDatabaseUrl, seed, rules }: Options): Promise<void> {
  // No participant of the seed: what it creates is no claim of a player.
  const maker = { kind: 'staff', id: makerOf(seed) } as const;
  await addStaff(ownerDatabaseUrl, { id: maker.id, role: 'admin', rewardLimit: null, dailyBudget: null });
  const numbers = rules.map(({ own }) => own.redeemCode as CodeNumbers);
  const { codes = [], began = 0 } = numbers[0] ?? {};
  const at = (after: number | null) => (after === null ? null : new Date(began + after).toISOString());
  for (const [index, code] of codes.entries()) {
    const batch = await deployment.send(
      maker,
      mutationBody(
        'createCodes',
        {
          idempotencyKey: `codes-of-${seed}-${index}`.padEnd(20, '-'),
          label: `code-${index}`,
          gives: Object.entries(code.gives).map(([resource, amount]) => ({ resource, amount })),
          count: 1,
          text: chosenText(code),
          seed: `seed-of-code-${seed}-${index}`.padEnd(32, '-'),
          uses: code.uses,
          perPlayer: code.perPlayer,
          opensAt: at(code.opensAfter),
          closesAt: at(code.closesAfter),
          reason: 'for the simulation',
        },
        null,
      ),
    );
    const { id } = (batch[OUTCOME] as { readonly batch?: { readonly id: string } }).batch ?? {};
    if (!id) throw new Error(`A code of seed ${seed} was not created: ${JSON.stringify(batch)}`);
    for (const { batches } of numbers) batches[code.text] = id;
  }
}
