/** Rejections of redeemCode, with what removes the reason. */
import { asPlayer, asStaff, receiptOf } from './client.ts';
import { createCode, openCode, unknownCode } from './codes.ts';
import { addStaffMember } from './ledger-state.ts';
import { byPlayer, giveChest, type RejectionCase } from './rejection-case.ts';
import { fresh } from './service.ts';

const HOUR_MS = 3_600_000;

export const CODE_REJECTIONS: readonly RejectionCase[] = [
  {
    name: 'redeemCode of an unknown code',
    prepare: async () => {
      const code = unknownCode();
      const request = await byPlayer(({ client, options }) => client.redeemCode({ code }, options));
      return { ...request, removeReason: () => createCode({}, code) };
    },
    expected: { __typename: 'UnknownCode' },
  },
  {
    name: 'redeemCode of a code that another player used up',
    prepare: async () => {
      const [code, winner] = [await createCode(), fresh('player')];
      const { claim } = receiptOf(await asPlayer(winner).redeemCode({ code }));
      const request = await byPlayer(({ client, options }) => client.redeemCode({ code }, options));
      const removeReason = async () =>
        receiptOf(
          await asStaff(await addStaffMember(fresh('staff'))).reverseClaim({
            playerId: winner,
            claimId: claim.id,
            reopen: true,
            reason: 'a mistake',
          }),
        );
      return { ...request, removeReason };
    },
    expected: { __typename: 'CodeUsedUp' },
  },
  ...(['opensAt', 'closesAt'] as const).map((bound) => ({
    name: `redeemCode outside of its window: ${bound}`,
    prepare: async () => {
      const moment = new Date(Date.now() + (bound === 'opensAt' ? HOUR_MS : -HOUR_MS));
      const code = await createCode({ [bound]: moment });
      const request = await byPlayer(({ client, options }) => client.redeemCode({ code }, options));
      return { ...request, removeReason: () => openCode(code) };
    },
    expected: { __typename: 'CodeNotValid' } as const,
  })),
  {
    name: 'redeemCode with another expected version',
    prepare: async () => {
      const code = await createCode();
      const request = await byPlayer(({ client, options }) =>
        client.redeemCode({ code, expectedVersion: 2 }, options),
      );
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
];
