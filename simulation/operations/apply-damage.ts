/** applyDamage: damage beyond the player's health is cut off. */
import { DAMAGE_TYPES, healthOperation } from '../game/health.ts';
import { take } from '../model/effect.ts';

export default {
  ...healthOperation('applyDamage', 'damage', (_, amount) => take('health', amount)),
  drawConfig: () => ({ document: { combat: { health: 'health', damageTypes: DAMAGE_TYPES } }, numbers: {} }),
};
