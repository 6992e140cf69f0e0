/** Calls of grantMany: gifts of lumees to many players, and what became of them. */
import { asServer, type CallOptions, type MutationInput, resultAs } from './client.ts';
import { ledgerState } from './ledger-state.ts';
import type { GrantManyItem, GrantManyReceipt } from './schema-types.ts';
import { fresh } from './service.ts';

export type Item = MutationInput<'grantMany'>['items'][number];

export const lumees = (amount: number) => [{ resource: 'lumees', amount }];
export const gift = (playerId: string, amount = 100, item = 'apology'): Item => ({
  playerId,
  item,
  gives: lumees(amount),
});
export const callOf = (items: readonly Item[], campaign = fresh('outage')): MutationInput<'grantMany'> => ({
  campaign,
  items: [...items],
  reason: 'an outage of two hours',
});

export async function grant(
  input: MutationInput<'grantMany'>,
  options: CallOptions & { readonly by?: ReturnType<typeof asServer> } = {},
): Promise<GrantManyReceipt> {
  const { by = asServer(), ...rest } = options;
  return resultAs(await by.grantMany(input, rest), 'GrantManyReceipt');
}

export const typesOf = ({ items }: GrantManyReceipt) => items.map(({ result }) => result.__typename);
export const lumeesOf = async (playerId: string) => (await ledgerState(playerId)).balances.lumees ?? 0;
/** Whether the item has a receipt of an earlier call. */
export const isReplayed = ({ result }: GrantManyItem) => result.__typename === 'Receipt' && result.replayed;
