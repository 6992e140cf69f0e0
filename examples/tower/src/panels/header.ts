/** The header: who plays, what they have, and the cable. */
import { icon } from '../art.ts';
import { byId, h, show } from '../dom.ts';
import type { Game } from '../game.ts';
import { CABLES, type Cable } from '../network.ts';
import { nameOf } from '../words.ts';

const PURSE = ['lumees', 'auric_coins', 'floor_tokens', 'summon_tokens'];
const LABELS: Readonly<Record<Cable, string>> = {
  plugged: 'Plugged in',
  'no-requests': 'Drop requests',
  'no-replies': 'Drop replies',
};

export function showHeader(game: Game, onPlayer: (player: string) => void): void {
  const { player } = game.screens;
  const amountOf = (resource: string) =>
    player?.balances.find((balance) => balance.resource === resource)?.amount ?? 0;
  show(
    byId('top'),
    h('div', { class: 'brand' }, h('h1', {}, 'The Tower'), playerForm(game.player, onPlayer)),
    h(
      'div',
      { class: 'state' },
      level(game),
      h(
        'ul',
        { class: 'purse', 'aria-label': 'What you have' },
        ...PURSE.map((resource) =>
          h(
            'li',
            { title: nameOf(resource), 'data-resource': resource },
            icon(resource),
            h('b', {}, amountOf(resource).toLocaleString('en')),
            h('span', { class: 'hidden' }, ` ${nameOf(resource)}`),
          ),
        ),
      ),
    ),
    cableSwitch(game),
  );
}

function level({ screens: { player } }: Game): HTMLElement {
  const { current = 0, levelBeganAt = 0, nextLevelAt = null } = player?.experience ?? {};
  return h(
    'div',
    { class: 'level' },
    h('span', {}, 'Level ', h('b', {}, player?.level ?? 1)),
    h('progress', {
      'aria-label': 'Progress to the next level',
      max: nextLevelAt === null ? 1 : nextLevelAt - levelBeganAt,
      value: nextLevelAt === null ? 0 : current - levelBeganAt,
    }),
  );
}

function playerForm(player: string, onPlayer: (player: string) => void): HTMLElement {
  const input = h('input', {
    id: 'player',
    name: 'player',
    value: player,
    pattern: '[a-z0-9][a-z0-9_\\-]{0,31}',
    autocomplete: 'off',
    spellcheck: 'false',
    title: '1 to 32 characters of a–z 0–9 _ -',
    required: true,
    onchange: () => {
      const field = byId<HTMLInputElement>('player');
      if (field.reportValidity() && field.value !== player) onPlayer(field.value);
    },
  });
  return h('label', { class: 'player' }, h('span', {}, 'Player'), input);
}

function cableSwitch(game: Game): HTMLElement {
  const options = CABLES.map((cable) => {
    const input = h('input', {
      type: 'radio',
      id: `cable-${cable}`,
      name: 'cable',
      checked: game.network.cable === cable,
      onchange: () => game.setCable(cable),
    });
    return h('label', { class: `choice ${cable}` }, input, h('span', {}, LABELS[cable]));
  });
  return h(
    'fieldset',
    { class: 'cable' },
    h('legend', { class: 'hidden' }, 'Connection to Onceward'),
    ...options,
  );
}
