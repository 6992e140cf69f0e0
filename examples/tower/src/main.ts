/** Opens the game for a player, and draws the page again after each change. */
import type { Settled } from '@onceward/client';
import { byId, h, show } from './dom.ts';
import { Game } from './game.ts';
import { rarityOf, showHall, type Tab } from './panels/hall.ts';
import { showHeader } from './panels/header.ts';
import { showOutbox } from './panels/outbox.ts';
import { showTower } from './panels/tower.ts';
import { button, deltas } from './parts.ts';
import { nameOf, type Summary, titleOf } from './words.ts';

const PLAYER = 'tower:player';
const TOAST_MS = 4_000;

let game: Game;
let tab: Tab = 'quests';
let isDrawing = false;

/** Many changes of one moment are drawn once. */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  queueMicrotask(() => {
    isDrawing = false;
    showHeader(game, (player) => void play(player));
    showTower(game);
    showHall(game, tab, openTab);
    showOutbox(game);
  });
}

function openTab(next: Tab): void {
  tab = next;
  draw();
}

async function play(player: string): Promise<void> {
  await game?.close();
  localStorage.setItem(PLAYER, player);
  game = new Game({
    player,
    onChange: () => draw(),
    onOutcome: announce,
    onError: (message) => toast(message, 'fault'),
  });
  draw();
  await game.start();
}

function announce({ operation, input }: Settled, summary: Summary): void {
  if (summary.drawn.length > 0) {
    reveal(summary);
    return;
  }
  const title = titleOf(operation, input as unknown as Record<string, unknown>);
  toast(
    summary.tone === 'good'
      ? summary.isReplay
        ? `${title} (replayed)`
        : title
      : (summary.message ?? summary.label),
    summary.tone,
    summary,
  );
}

function toast(text: string, tone: Summary['tone'], summary?: Summary): void {
  const element = h(
    'div',
    { class: `toast ${tone}` },
    h('p', {}, text),
    summary && summary.moved.length > 0 && deltas(summary.moved),
  );
  byId('toasts').append(element);
  setTimeout(() => element.remove(), TOAST_MS);
}

function reveal({ drawn, moved, isReplay }: Summary): void {
  const dialog = byId<HTMLDialogElement>('reveal');
  show(
    dialog,
    h('h2', { id: 'reveal-title' }, drawn.length === 1 ? 'A hero answers' : `${drawn.length} heroes answer`),
    isReplay && h('p', { class: 'text' }, 'Drawn when the first request arrived, and shown now.'),
    h(
      'ul',
      { class: 'heroes' },
      ...drawn.map(({ outcome, guaranteed }) =>
        h(
          'li',
          { class: rarityOf(outcome) },
          h('span', { class: 'rarity' }, guaranteed ? `${rarityOf(outcome)}, guaranteed` : rarityOf(outcome)),
          h('b', {}, nameOf(outcome.replace(/^(common|rare|epic|legendary)_/, ''))),
        ),
      ),
    ),
    deltas(moved.filter(({ delta }) => delta < 0)),
    button('reveal-close', 'Continue', () => dialog.close(), { kind: 'primary' }),
  );
  if (!dialog.open) dialog.showModal();
}

await play(localStorage.getItem(PLAYER) ?? 'player-1');
