/** The untyped previews of older tests, and what a player looks like. New tests use the client of client.ts. */
import { documentOf } from './client.ts';
import { type Answer, type SendOptions, send } from './service.ts';

export const PLAYER = `{ id version level experience { current levelBeganAt nextLevelAt } tier { name lifetimePoints next { name from missing } }
  unspentStatPoints stats { name points maximum } balances { resource amount regeneration { upTo nextUnitAt fullAt } } }`;

// biome-ignore lint/suspicious/noExplicitAny: a union of everything that a preview may answer
type Result = any;
const query = (name: 'previewClaim' | 'previewExchange') => (input: object, options: SendOptions) =>
  send<{ result: Result } | null>(documentOf(name), { input }, options) as Promise<
    Answer<{ result: Result } | null>
  >;

export const previewClaim = query('previewClaim');
export const previewExchange = query('previewExchange');

/** The player of the token, as of now. */
export async function seenByMe(token: string): Promise<Result> {
  const { data, errors } = await send(`{ me ${PLAYER} }`, {}, { token });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.me;
}

/** One balance as a player shows it. */
export function held(player: Result, resource: string): Result {
  return player.balances.find((balance: Result) => balance.resource === resource);
}
