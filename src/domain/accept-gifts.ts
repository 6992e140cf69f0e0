/** acceptGifts: whether other players can give this player resources. It moves nothing. Without it, every gift is accepted. */
import { type Decision, decide, type Intent } from './decide.ts';
import type { OperationKind } from './operation.ts';

export const ACCEPT_GIFTS = {
  name: 'acceptGifts',
  claimType: 'accept_gifts',
  permission: 'reward:claim',
} as const satisfies OperationKind;

export interface AcceptGifts {
  readonly accept: boolean;
}

export function decideAcceptGifts(intent: Intent, { accept }: AcceptGifts): Decision {
  return decide({ intent, kind: ACCEPT_GIFTS, input: { accept } }, () => ({
    kind: 'commit',
    claimType: ACCEPT_GIFTS.claimType,
    // The setting can change any number of times: the client's key is the only name of each change.
    claimKey: intent.idempotencyKey,
    acceptsGifts: accept,
  }));
}
