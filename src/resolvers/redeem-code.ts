/** redeemCode: gives a player what a code holds. From here on the code is known by its HMAC alone. */
import { codeDigest } from '../domain/codes.ts';
import { decideRedeemCode, REDEEM_CODE } from '../domain/redeem-code.ts';
import type { RequestContext } from '../schema/builder.ts';
import { defineMutation } from './define-mutation.ts';
import { FaultError } from './observe.ts';

export const redeemCode = defineMutation({
  ...REDEEM_CODE,
  description:
    'Gives the player what a code holds, as it was fixed when the code was created. A code that the player has redeemed as often as one player may is AlreadyClaimed. A typo is BAD_USER_INPUT and counts as no try.',
  actors: ['player'],
  input: (t) => ({
    code: t.field({
      type: 'Code',
      required: true,
      description: 'As it was printed. It is neither stored nor logged.',
    }),
  }),
  rejections: ['already_claimed', 'code_not_valid', 'code_used_up', 'limit_exceeded', 'unknown_code'],
  parse: ({ code }, { context }) => ({ digest: codeDigest(codeSecretOf(context), code) }),
  decide: decideRedeemCode,
  example: { code: 'K7Q2-M9XT-4HVW-80ZR-K' },
  notes: 'Staff create codes with createCodes, or with "npm run codes -- create".',
});

/** Throws where the service has no codes. */
export function codeSecretOf({ services }: RequestContext): string {
  if (services.codeSecret !== null) return services.codeSecret;
  throw new FaultError({
    code: 'CONFIG_UNAVAILABLE',
    field: null,
    message: 'This service has no codes: its operator has not set CODE_SECRET',
  });
}
