/** freezePlayer: what the player claims is held from then on, and what costs something refused. */
import { freezeOperation } from '../game/freezing.ts';

export default freezeOperation('freezePlayer', { type: 'freeze', freezes: true, weight: 0.6 });
