/**
 * The documented defaults of numbers that a document may leave out. They apply to a valid document only: a missing or
 * invalid one is never replaced by them.
 */
import type { Stat } from '../domain/rules.ts';

/** A stat's maximum is base + perPoint × points put into it. In the table of terms: base_energy, energy_per_point … */
export const STAT_DEFAULTS: Readonly<Record<Stat, { readonly base: number; readonly perPoint: number }>> = {
  energy: { base: 100, perPoint: 10 },
  stamina: { base: 100, perPoint: 10 },
  health: { base: 500, perPoint: 50 },
};

/** The largest sum of amounts in one manual reward. */
export const MANUAL_LIMIT_DEFAULT = 10_000;
