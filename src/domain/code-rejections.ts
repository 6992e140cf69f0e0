/** The rejections of codes: a part of the catalogue (rejections.ts). */
import { row } from './rejection-row.ts';

export const CODE_REJECTIONS = {
  unknown_code: row({
    description:
      'There is no such code, although it is well-formed. A player who tries ten of them within an hour gets RATE_LIMITED for the rest of it.',
    fields: {},
    message: () => 'There is no such code. Check it character by character, and send it with a new key.',
  }),
  code_used_up: row({
    description: 'The code was redeemed as often as it can be, by other players.',
    fields: {},
    message: () => 'This code is used up. Nothing was given.',
  }),
  code_not_valid: row({
    description: 'The code cannot be redeemed now. The clock of the database decides.',
    fields: {
      opensAt: { type: 'DateTime', nullable: true, description: 'From when it can; null: it has ended.' },
      closedAt: {
        type: 'DateTime',
        nullable: true,
        description: 'When it ended; null: it is not valid yet.',
      },
    },
    message: ({ opensAt, closedAt }) =>
      opensAt === null
        ? `This code has ended at ${closedAt}.`
        : `This code is valid from ${opensAt}; send it with a new key then.`,
  }),
  code_exists: row({
    description: 'A code with this text, or from this seed, was created before. It keeps its reward.',
    fields: {},
    message: () => 'This code exists. Choose another text, or make another seed.',
  }),
} as const;
