/** The entry of the package for game servers. Operations and their types come from `@onceward/client`. */
export { type Called, type CallOptions, call } from './call.ts';
export {
  type GrantCounts,
  type GrantedMany,
  type GrantManyOptions,
  type GrantProgress,
  grantMany,
} from './grant-many.ts';
export { keyFor } from './keys.ts';
export {
  createSigner,
  type Signer,
  type SignerOptions,
  serverToken,
  type TicketRequest,
  type TokenRequest,
} from './sign.ts';
export {
  type ReceivedWebhook,
  verifyWebhook,
  type WebhookOptions,
  WebhookRefused,
} from './webhooks.ts';
