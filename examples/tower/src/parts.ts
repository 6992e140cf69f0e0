/** Parts that several panels share. */
import type { ResourceAmount } from '@onceward/client';
import { icon } from './art.ts';
import { h } from './dom.ts';
import { amountsOf, signed, unitsOf } from './words.ts';

/** Amounts as chips: what something costs, gives or moved. */
export function amounts(list: readonly ResourceAmount[]): HTMLElement {
  return h(
    'ul',
    { class: 'amounts' },
    ...amountsOf(list).map(({ resource, amount }) =>
      h('li', {}, icon(resource), h('b', {}, amount.toLocaleString('en')), ' ', unitsOf(resource, amount)),
    ),
  );
}

export function deltas(list: readonly { readonly resource: string; readonly delta: number }[]): HTMLElement {
  return h(
    'ul',
    { class: 'amounts deltas' },
    ...list.map(({ resource, delta }) =>
      h(
        'li',
        { class: delta < 0 ? 'down' : 'up' },
        icon(resource),
        h('b', {}, signed(delta)),
        ' ',
        unitsOf(resource, delta),
      ),
    ),
  );
}

export function button(
  id: string,
  label: string,
  onclick: () => void,
  { kind = 'plain', disabled = false, describedBy = '' } = {},
): HTMLButtonElement {
  return h(
    'button',
    {
      id,
      type: 'button',
      class: `button ${kind}`,
      onclick,
      disabled,
      'aria-describedby': describedBy || null,
    },
    label,
  );
}

export const loading = (what: string): HTMLElement => h('p', { class: 'empty' }, what);

interface Card {
  readonly title: string;
  readonly text: string;
  readonly kind?: 'done' | 'new' | 'banner' | '';
  readonly body: readonly HTMLElement[];
  readonly price?: HTMLElement;
  readonly action: HTMLElement;
  readonly note: string | null;
}

/** Something that can be claimed, bought or collected. */
export function card({ title, text, kind = '', body, price, action, note }: Card): HTMLElement {
  return h(
    'article',
    { class: `card ${kind}`, 'data-key': action.id },
    h('h3', {}, title, kind === 'new' && h('span', { class: 'badge' }, 'New')),
    text !== '' && h('p', { class: 'text' }, text),
    ...body,
    h('footer', {}, h('div', {}, price, note && h('p', { class: 'note' }, note)), action),
  );
}
