/** The limits of the lanes under test: those of the product, unless a test changes one for a while. */
import { LANE_LIMITS, type LaneLimits } from '../../../src/ledger/lane-queue.ts';

export const laneLimits: { -readonly [Name in keyof LaneLimits]: number } = { ...LANE_LIMITS };
