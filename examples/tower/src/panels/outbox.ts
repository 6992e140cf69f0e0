/** The outbox: what waits, and what happened to each intent, as it happens. */
import type { OutboxState } from '@onceward/client';
import { byId, h, show, svg } from '../dom.ts';
import type { Game } from '../game.ts';
import type { Entry, Step, StepKind } from '../journal.ts';
import type { Cable } from '../network.ts';
import { button, deltas } from '../parts.ts';
import { nameOf, shortKey } from '../words.ts';

const STATUS: Readonly<Record<OutboxState['status'], string>> = {
  idle: 'Nothing waits',
  sending: 'Sending',
  retrying: 'Trying again',
  signed_out: 'Signed out',
  storage_failed: 'Storage failed',
  following: 'Another tab sends',
};

const STEPS: Readonly<Record<StepKind, string>> = {
  stored: 'stored with its key',
  resumed: 'found after a reload',
  sent: 'sent',
  request_lost: 'request lost',
  reply_lost: 'reply lost',
  answered: 'answered',
  handled: 'given to the game, removed',
};

export function showOutbox(game: Game): void {
  const { intents, status } = game.outbox.state();
  const { entries } = game.journal;
  const waiting = intents.length;
  const text = waiting > 0 ? `${waiting} pending · ${STATUS[status]}` : STATUS.idle;
  show(
    byId('dock'),
    h('b', {}, 'Outbox'),
    h('span', { class: waiting > 0 ? 'status busy' : 'status' }, text),
  );
  show(
    byId('outbox'),
    h(
      'header',
      {},
      h('h2', {}, 'Outbox'),
      h('p', { class: `status ${waiting > 0 ? 'busy' : ''}`, id: 'status', role: 'status' }, text),
    ),
    cable(game),
    entries.length === 0 &&
      h(
        'p',
        { class: 'empty' },
        'Claim or buy something. Each intent appears here with its key, and stays until it has one outcome.',
      ),
    h('ol', { class: 'entries' }, ...entries.map(entryOf)),
    entries.some(({ summary }) => summary) &&
      button('clear', 'Clear what has ended', () => game.journal.clear()),
  );
}

const CABLE_TEXT: Readonly<Record<Cable, string>> = {
  plugged: 'Requests and replies arrive.',
  'no-requests': 'Requests get lost. Onceward sees nothing.',
  'no-replies': 'Requests arrive and are executed. Replies get lost.',
};

/** The way of a request and of its reply, and where it is broken. */
function cable({ network }: Game): HTMLElement {
  const wire = (name: string, isBroken: boolean, head: string) =>
    svg(
      'svg',
      {
        class: isBroken ? `wire ${name} broken` : `wire ${name}`,
        viewBox: '0 0 120 10',
        'aria-hidden': 'true',
      },
      ...(isBroken
        ? [svg('path', { d: 'M2 5h48M70 5h48' }), svg('path', { d: 'M56 1l8 8M64 1l-8 8' })]
        : [svg('path', { d: 'M2 5h116' }), svg('path', { d: head })]),
    );
  return h(
    'div',
    { class: `cable-way ${network.cable}` },
    h('span', { class: 'end' }, 'Outbox'),
    h(
      'span',
      { class: 'wires' },
      wire('request', network.cable === 'no-requests', 'M112 1l6 4-6 4'),
      wire('reply', network.cable !== 'plugged', 'M8 1L2 5l6 4'),
    ),
    h('span', { class: 'end' }, 'Onceward'),
    h('p', { role: 'status' }, CABLE_TEXT[network.cable]),
  );
}

function entryOf({ key, title, steps, summary }: Entry): HTMLElement {
  const tone = summary ? (summary.isReplay ? 'replay' : summary.tone) : 'pending';
  return h(
    'li',
    { class: `entry ${tone}`, 'data-key': key },
    h('header', {}, h('h3', {}, title), h('span', { class: 'pill' }, summary ? summary.label : 'Pending')),
    h('p', { class: 'key' }, 'key ', h('code', {}, shortKey(key)), attempts(steps)),
    h('ol', { class: 'steps' }, ...steps.reduce<Counted[]>(count, []).map(stepOf)),
    summary?.message && h('p', { class: 'message' }, summary.message),
    summary && summary.moved.length > 0 && deltas(summary.moved),
    summary &&
      summary.drawn.length > 0 &&
      h('p', { class: 'drawn' }, 'Drawn: ', summary.drawn.map(({ outcome }) => nameOf(outcome)).join(', ')),
  );
}

function attempts(steps: readonly Step[]): string {
  const sent = steps.filter(({ kind }) => kind === 'sent').length;
  return sent > 1 ? ` · sent ${sent} times, unchanged` : '';
}

interface Counted {
  readonly kinds: readonly StepKind[];
  readonly times: number;
}

/** Attempts that ended alike are one line: what was sent and lost eight times is not eight lines. */
function count(lines: Counted[], { kind }: Step): Counted[] {
  const last = lines.at(-1);
  if (!last) return [{ kinds: [kind], times: 1 }];
  const isLoss = kind === 'request_lost' || kind === 'reply_lost';
  if (last.kinds.length === 1 && last.kinds[0] === 'sent' && (isLoss || kind === 'answered')) {
    const before = lines.at(-2);
    const merged = { kinds: ['sent', kind] as const, times: 1 };
    if (before?.kinds.length === 2 && before.kinds[1] === kind)
      return [...lines.slice(0, -2), { ...before, times: before.times + 1 }];
    return [...lines.slice(0, -1), merged];
  }
  return [...lines, { kinds: [kind], times: 1 }];
}

function stepOf({ kinds, times }: Counted): HTMLElement {
  const text = kinds.map((kind) => STEPS[kind]).join(', ');
  return h('li', { class: kinds.at(-1) as string }, text, times > 1 && h('b', {}, ` × ${times}`));
}
