/** The tower and the duel of its next floor. */
import { BEATS, HEARTS, MOVES, type Move, type Round } from '../../server/duel.ts';
import type { TowerView } from '../../server/tower-server.ts';
import { guardianArt, guardianOf } from '../art.ts';
import { byId, h, show, svg } from '../dom.ts';
import type { Game } from '../game.ts';
import { button, loading } from '../parts.ts';
import { nameOf } from '../words.ts';

const FLOORS_SHOWN = 6;
const MOVE_TEXT: Readonly<Record<Move, string>> = {
  strike: 'beats feint',
  guard: 'beats strike',
  feint: 'beats guard',
};
const ROUND_TEXT: Readonly<Record<Round['outcome'], string>> = {
  hit: 'A hit!',
  hurt: 'You are hurt.',
  clash: 'A clash. Nobody is hurt.',
};

export function showTower(game: Game): void {
  const { tower } = game;
  if (tower) show(byId('tower'), floors(tower), duel(game, tower));
  else show(byId('tower'), loading('The gate opens…'));
}

function floors({ cleared, duel: current }: TowerView): HTMLElement {
  const next = current?.state === 'open' ? current.floor : cleared + 1;
  const first = Math.max(1, next - 2);
  const shown = Array.from({ length: FLOORS_SHOWN }, (_, index) => first + FLOORS_SHOWN - 1 - index);
  return h(
    'ol',
    { class: 'floors', reversed: true, 'aria-label': `${cleared} floors cleared` },
    ...shown.map((floor) => {
      const state = floor <= cleared ? 'cleared' : floor === next ? 'next' : 'above';
      const { element } = guardianOf(floor);
      return h(
        'li',
        { class: `floor ${state} ${element}`, 'aria-current': state === 'next' ? 'step' : null },
        h('span', { class: 'window' }),
        h('span', { class: 'number' }, floor),
        h('span', { class: 'window' }),
        h('span', { class: 'hidden' }, state === 'cleared' ? ' cleared' : state === 'next' ? ' next' : ''),
      );
    }),
  );
}

function duel(game: Game, { cleared, duel: current }: TowerView): HTMLElement {
  const floor = current && current.state !== 'won' ? current.floor : cleared + 1;
  const isOpen = current?.state === 'open';
  const shown = isOpen || current?.state === 'lost' ? current.floor : floor;
  const guardian = guardianOf(shown);
  const rounds = isOpen || current?.state === 'lost' ? current.rounds : [];
  const last = rounds.at(-1);
  return h(
    'div',
    { class: `duel ${guardian.element} ${last && isOpen ? last.outcome : ''}`, id: 'duel', tabindex: -1 },
    h('header', {}, h('p', { class: 'eyebrow' }, `Floor ${shown}`), h('h2', {}, guardian.name)),
    h(
      'div',
      // Another one after each round, so that it moves again.
      { class: 'arena', 'data-key': `${current?.id}:${rounds.length}` },
      fighter('You', HEARTS - countOf(rounds, 'hurt')),
      guardianArt(shown),
      fighter('Guardian', HEARTS - countOf(rounds, 'hit')),
    ),
    h('p', { class: 'said', role: 'status' }, said(current, last)),
    isOpen
      ? h(
          'div',
          { class: 'moves' },
          ...MOVES.map((move) => moveButton(game, move, current.odds[counterOf(move)])),
        )
      : button(
          'begin',
          current?.state === 'lost' ? 'Try again' : `Challenge floor ${floor}`,
          () => void game.begin(),
          { kind: 'primary large', disabled: game.isBusy },
        ),
  );
}

const countOf = (rounds: readonly Round[], outcome: Round['outcome']) =>
  rounds.filter((round) => round.outcome === outcome).length;
/** The guardian's move that the player's move beats. */
const counterOf = (move: Move): Move => BEATS[move];

function said(current: TowerView['duel'], last: Round | undefined): string {
  if (current?.state === 'won') return `Floor ${current.floor} is cleared. Its reward is in your outbox.`;
  if (current?.state === 'lost') return 'You fall back to the stairs. Nothing is lost.';
  if (!last) return current ? 'It watches you. Three hits win.' : 'Three hits win. The odds are known.';
  return `It used ${last.guardian}. ${ROUND_TEXT[last.outcome]}`;
}

function fighter(name: string, hearts: number): HTMLElement {
  return h(
    'div',
    { class: 'fighter' },
    h('span', { class: 'who' }, name),
    h(
      'span',
      { class: 'hearts', role: 'img', 'aria-label': `${hearts} of ${HEARTS} hearts` },
      ...Array.from({ length: HEARTS }, (_, index) =>
        svg(
          'svg',
          { viewBox: '0 0 16 16', class: index < hearts ? 'heart' : 'heart lost' },
          svg('path', { d: 'M8 14.5L2 8.2A3.6 3.6 0 0 1 8 4a3.6 3.6 0 0 1 6 4.2z' }),
        ),
      ),
    ),
  );
}

function moveButton(game: Game, move: Move, chance: number): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      id: `move-${move}`,
      class: 'move',
      disabled: game.isBusy,
      onclick: () => void game.play(move),
      'aria-label': `${nameOf(move)}: ${MOVE_TEXT[move]}, hits with ${chance} percent`,
    },
    h('b', {}, nameOf(move)),
    h('span', {}, MOVE_TEXT[move]),
    h('meter', { max: 100, value: chance, 'aria-hidden': 'true' }),
    h('span', { class: 'chance' }, `${chance} % hit`),
  );
}
