/** applyDamage: what is more than the player's health is cut off. */
export { applyDamage as default } from '../model/health.ts';
