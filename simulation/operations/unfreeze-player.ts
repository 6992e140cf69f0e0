/** unfreezePlayer: mostly of a player who was frozen not long ago. */
import { freezeOperation } from '../game/freezing.ts';

export default freezeOperation('unfreezePlayer', { type: 'unfreeze', freezes: false, weight: 1.8 });
