/** Levels at 100, 300 and 600 experience that give 1, 10 and 100 points, so that the points show which levels were paid. */
import type { KernelRules } from '../../../src/config/publication.ts';

export const pointLevels = (thresholds = [100, 300, 600]): Pick<KernelRules, 'milestones'> => ({
  milestones: [
    {
      resource: 'experience',
      paid_resource: 'levels_paid',
      thresholds,
      grants: [
        {
          resource: 'points',
          amounts: [1, 10, 100],
          ceiling: Number.MAX_SAFE_INTEGER,
          ceiling_per_unit: 0,
          ceiling_of: null,
        },
      ],
    },
  ],
});

/** The resources that these levels touch. */
export const POINT_LEVELS = ['experience', 'levels_paid', 'points'];
