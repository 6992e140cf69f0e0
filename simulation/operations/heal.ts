/** heal: what is more than the maximum of the player's stat is cut off. */
export { heal as default } from '../model/health.ts';
