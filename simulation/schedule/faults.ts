/** Which fault meets an attempt on either hop, drawn from the seed. How it is carried out: proxy/ and dev/neon/. */
import type { FaultRule } from '../../dev/neon/faults.ts';
import type { Random } from '../random.ts';

/** Between client and Worker. */
export type FrontFault =
  /** The request never arrives. */
  | { readonly kind: 'drop_request' }
  /** Half of it arrives, then the connection is gone. */
  | { readonly kind: 'cut_request' }
  /** The Worker answers, the client never hears. */
  | { readonly kind: 'drop_reply' }
  | { readonly kind: 'cut_reply' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The same bytes twice, at once or a while later. */
  | { readonly kind: 'duplicate'; readonly ms: number }
  /** The client gives up after so long. */
  | { readonly kind: 'abort'; readonly ms: number };

/** Between Worker and database: a rule of the Neon endpoint, but for the request that it is for. */
export type DatabaseFault = Pick<FaultRule, 'kind' | 'delayMs' | 'errorCode' | 'status'>;

const FRONT_SHARE = 0.1;
const DATABASE_SHARE = 0.1;

export function drawFrontFault(random: Random): FrontFault | null {
  if (!random.chance(FRONT_SHARE)) return null;
  return random.weighted<FrontFault>([
    [12, { kind: 'drop_request' }],
    [8, { kind: 'cut_request' }],
    [24, { kind: 'drop_reply' }],
    [12, { kind: 'cut_reply' }],
    [10, { kind: 'delay', ms: random.int(1, 40) }],
    [12, { kind: 'duplicate', ms: 0 }],
    [10, { kind: 'duplicate', ms: random.int(5, 300) }],
    [12, { kind: 'abort', ms: random.int(0, 25) }],
  ]);
}

/** SQLSTATEs after which the same operation may succeed: conflict, deadlock, lock and statement time-outs, no connection. */
const PASSING = ['40001', '40P01', '55P03', '57014', '53300', '57P01', '08006'];

export function drawDatabaseFault(random: Random): DatabaseFault | null {
  if (!random.chance(DATABASE_SHARE)) return null;
  return random.weighted<DatabaseFault>([
    [10, { kind: 'drop_before' }],
    [24, { kind: 'drop_after_commit' }],
    [12, { kind: 'reset_mid_body' }],
    [12, { kind: 'duplicate' }],
    [8, { kind: 'delay', delayMs: random.int(1, 40) }],
    [16, { kind: 'error', errorCode: random.pick(PASSING) }],
    // Neon lost its connection, or is itself in trouble.
    [6, { kind: 'error', errorCode: '', status: random.pick([400, 500, 503]) }],
  ]);
}
