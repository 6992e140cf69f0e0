/** Both previews with everything that they can answer, and what a player looks like, for tests that compare whole answers. */
import { type Answer, type SendOptions, send } from './service.ts';

export const PLAYER = `{ id version level experience { current levelBeganAt nextLevelAt } tier { name lifetimePoints next { name from missing } }
  unspentStatPoints stats { name points maximum } balances { resource amount regeneration { upTo nextUnitAt fullAt } } }`;

const PREVIEW = `
  __typename
  ... on Preview {
    changes { resource before after delta requested cutOff sequence cause } player ${PLAYER}
    levelBefore levelAfter tierBefore tierAfter playerVersion configVersion
  }
  ... on Rejection { code message correlationId }
  ... on LimitExceeded { limit ceilingOf bound remaining requested renewsAt }
  ... on VersionConflict { expected current }`;

const PREVIEW_CLAIM = `query($input: PreviewClaimInput!) { result: previewClaim(input: $input) { ${PREVIEW}
  ... on ClaimPreview { type key }
  ... on AlreadyClaimed { claim { id } changes { resource before after delta requested cutOff sequence cause } sourceKey { type key } }
  ... on NotEligible { claimType why } ... on UnknownClaimType { claimType } ... on UnknownPlayer { playerId } } }`;

const PREVIEW_EXCHANGE = `query($input: PreviewExchangeInput!) { result: previewExchange(input: $input) { ${PREVIEW}
  ... on ExchangePreview { draws { table draws of outcomes { name weight gives { resource amount } }
    guarantee { counter outcomes since certainWithin } } }
  ... on InsufficientBalance { resource available required } ... on UnknownExchange { exchange } } }`;

// biome-ignore lint/suspicious/noExplicitAny: a union of everything that a preview may answer
type Result = any;
const query = (text: string) => (input: object, options: SendOptions) =>
  send<{ result: Result } | null>(text, { input }, options) as Promise<Answer<{ result: Result } | null>>;

export const previewClaim = query(PREVIEW_CLAIM);
export const previewExchange = query(PREVIEW_EXCHANGE);

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
