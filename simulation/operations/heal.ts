/** heal: healing beyond the player's maximum is cut off. */
import { healthOperation } from '../game/health.ts';
import { give } from '../model/effect.ts';

export default healthOperation('heal', 'healing', (rules, amount) => give(rules, 'health', amount));
