/**
 * The GraphQL documents: everything that an answer can say, so that every number can be judged. An operation names its
 * field, its input type and the refusals that its union holds.
 */

export interface Document {
  readonly query: string;
}

const CLAIM = `id type key playerId idempotencyKey operation actorKind actorId configVersion correlationId playerVersion
  claimedAt counterpartyId draws { table outcome roll of guaranteed }`;
const CHANGE = 'resource before after delta requested sequence cause';
const RECEIPT = `replayed correlationId levelBefore levelAfter tierBefore tierAfter
  claim { ${CLAIM} } changes { ${CHANGE} } counterpartyChanges { ${CHANGE} }
  player { version level unspentStatPoints balances { resource amount } stats { name points maximum } tier { name } }`;

const REFUSALS = {
  AlreadyClaimed: `claim { ${CLAIM} } changes { ${CHANGE} } sharedKey { type key }`,
  IdempotencyKeyReused: 'fields',
  InsufficientBalance: 'resource available required counterpartyId',
  LimitExceeded: 'limit ceilingOf bound remaining requested renewsAt',
  NotAnnounced: 'claimType claimKey',
  NotEligible: 'why claimType',
  NotReversible: 'claimId',
  UnknownClaim: 'claimId',
  UnknownClaimType: 'claimType',
  UnknownExchange: 'exchange',
  UnknownPlayer: 'playerId',
  VersionConflict: 'expected current',
} as const;

export function mutationDocument({
  field,
  inputType,
  refusals,
  more = '',
}: {
  field: string;
  inputType: string;
  refusals: readonly (keyof typeof REFUSALS)[];
  /** Further members of the union, or further fields of the receipt, as fragments. */
  more?: string;
}): Document {
  const told = refusals.map((name) => `... on ${name} { ${REFUSALS[name]} }`).join(' ');
  const query = `mutation M($input: ${inputType}!) { outcome: ${field}(input: $input) {
  __typename ... on Receipt { ${RECEIPT} } ... on Rejection { code message correlationId } ${told} ${more} } }`;
  return { query: query.replace(/\s+/g, ' ') };
}

/** A player and the newest entries, as a support member would look at them. */
export const READ_PLAYER: Document = {
  query: `query R($id: PlayerId!) { player(id: $id) { version balances { resource amount } } }`,
};
export const READ_LEDGER: Document = {
  query: `query R($id: PlayerId!) { ledger(playerId: $id, first: 20) { edges { node {
    resource sequence before after delta requested cause playerVersion claim { id } } } } }`.replace(
    /\s+/g,
    ' ',
  ),
};
