/** The hall below the tower: quests, shop, summons and inbox, one tab each. */
import {
  buy,
  type Claimable,
  collect,
  type DrawOdds,
  type InboxReward,
  markAsRead,
  type Offer,
  type OutboxState,
  type PossibleOutcome,
} from '@onceward/client';
import { byId, h, show } from '../dom.ts';
import type { Game } from '../game.ts';
import { amounts, button, card, loading } from '../parts.ts';
import { nameOf, untilText } from '../words.ts';

const TABS = ['quests', 'shop', 'summons', 'inbox'] as const;
export type Tab = (typeof TABS)[number];
const LABELS: Readonly<Record<Tab, string>> = {
  quests: 'Quests',
  shop: 'Shop',
  summons: 'Summon',
  inbox: 'Inbox',
};

export function showHall(game: Game, open: Tab, onTab: (tab: Tab) => void): void {
  const { inbox, quests } = game.screens;
  const counts: Readonly<Partial<Record<Tab, number>>> = {
    quests: quests?.claimables.filter(({ ready }) => ready).length ?? 0,
    inbox: inbox?.length ?? 0,
  };
  const panels = { quests: questsPanel, shop: shopPanel, summons: summonsPanel, inbox: inboxPanel };
  show(
    byId('hall'),
    h(
      'div',
      { class: 'tabs', role: 'tablist' },
      ...TABS.map((tab) => {
        const count = counts[tab] ?? 0;
        return h(
          'button',
          {
            type: 'button',
            role: 'tab',
            id: `tab-${tab}`,
            'aria-selected': tab === open ? 'true' : 'false',
            'aria-controls': 'panel',
            tabindex: tab === open ? 0 : -1,
            onclick: () => onTab(tab),
            onkeydown: ({ key }) => {
              const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
              if (!step) return;
              const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] as Tab;
              onTab(next);
              byId(`tab-${next}`).focus();
            },
          },
          LABELS[tab],
          count > 0 && h('span', { class: 'count' }, count, h('span', { class: 'hidden' }, ' waiting')),
        );
      }),
    ),
    game.isStale &&
      h(
        'p',
        { class: 'stale' },
        'No connection: this is what was last known. What you do waits in the outbox.',
      ),
    h(
      'div',
      { class: 'panel', id: 'panel', role: 'tabpanel', 'aria-labelledby': `tab-${open}` },
      ...panels[open](game),
    ),
  );
}

/** Whether an intent of this name prefix is in the outbox. */
function isWaiting({ intents }: OutboxState, start: string): boolean {
  return intents.some(({ name }) => name === start || name?.startsWith(`${start}:`));
}

function questsPanel(game: Game): HTMLElement[] {
  const { quests } = game.screens;
  if (!quests) return [loading('Reading the quests…')];
  return quests.claimables.map((quest) => {
    const waits = isWaiting(game.outbox.state(), `claim:${quest.id}`);
    return card({
      title: quest.title ?? nameOf(quest.id),
      text: quest.text ?? questText(quest),
      kind: quest.blockedBy.some(({ code }) => code === 'ALREADY_CLAIMED') ? 'done' : '',
      body: [
        ...progress(quest),
        amounts(quest.rewards.flatMap(({ resource, amount }) => (amount ? [{ resource, amount }] : []))),
      ],
      action: questAction(game, quest, waits),
      note: quest.ready ? null : (quest.blockedBy[0] ?? null) && blockText(quest),
    });
  });
}

/** Claims, or does what the quest still counts, where a button can. */
function questAction(
  game: Game,
  { id, ready, progress: states, ...quest }: Claimable,
  waits: boolean,
): HTMLElement {
  const isTraining = states.some(({ counter, have, need }) => counter === 'trainings_today' && have < need);
  if (isTraining) return button('train', 'Train', () => void game.train(), { disabled: game.isBusy });
  const label = waits ? 'In the outbox' : 'Claim';
  const claimIt = () => void game.claimQuest({ id, ready, progress: states, ...quest });
  return button(`claim-${id}`, label, claimIt, {
    kind: ready ? 'primary' : 'plain',
    disabled: !ready || waits,
  });
}

function questText({ streak, period }: Claimable): string {
  if (streak) return `Streak: ${streak.length}`;
  return period?.resetsAt ? `Resets ${untilText(period.resetsAt)}` : '';
}

function blockText({ blockedBy, period }: Claimable): string {
  const [blocker] = blockedBy;
  if (blocker?.code === 'ALREADY_CLAIMED')
    return period?.resetsAt ? `Claimed. Again ${untilText(period.resetsAt)}` : 'Claimed';
  return blocker?.code === 'PROGRESS_NOT_REACHED' ? 'In progress' : (blocker?.message ?? '');
}

function progress({ progress: states }: Claimable): HTMLElement[] {
  return states.map(({ counter, have, need }) =>
    h(
      'div',
      { class: 'progress' },
      h('progress', { max: need, value: Math.min(have, need), 'aria-label': nameOf(counter) }),
      h('span', {}, `${Math.min(have, need)} / ${need}`),
    ),
  );
}

function shopPanel(game: Game): HTMLElement[] {
  const { shop } = game.screens;
  if (!shop) return [loading('Reading the shop…')];
  return shop.offers.map((offer) => offerCard(game, offer));
}

function offerCard(game: Game, offer: Offer): HTMLElement {
  const waits = isWaiting(game.outbox.state(), `buy:${offer.id}`);
  const [limit] = offer.limits;
  return card({
    title: offer.title ?? nameOf(offer.id),
    text: offer.text ?? '',
    body: [amounts(offer.gives)],
    price: priceOf(offer),
    action: button(
      `buy-${offer.id}`,
      waits ? 'In the outbox' : 'Buy',
      () => void game.send(() => buy(game.outbox, offer)),
      { kind: offer.available > 0 ? 'primary' : 'plain', disabled: offer.available === 0 || waits },
    ),
    note: offerNote(offer) ?? (limit && limit.bound > 1 ? `${limit.remaining} of ${limit.bound} left` : null),
  });
}

/** Each way to pay, in the order in which they are tried. */
function priceOf({ prices }: Offer): HTMLElement {
  const ways = prices.map(({ costs }) => amounts(costs));
  return h('div', {}, ...ways.flatMap((way, index) => (index === 0 ? [way] : ['or', way])));
}

function offerNote({ available, blockedBy, affordable, opensAt, closesAt }: Offer): string | null {
  if (opensAt && Date.parse(opensAt) > Date.now()) return `Opens ${untilText(opensAt)}`;
  if (available > 0) return closesAt ? `Closes ${untilText(closesAt)}` : null;
  const codes = blockedBy.map(({ code }) => code);
  if (codes.includes('REQUIREMENTS_NOT_MET')) return 'Locked';
  const limit = blockedBy.find(({ code }) => code === 'LIMIT_EXCEEDED');
  if (limit) return limit.until ? `Again ${untilText(limit.until)}` : 'Bought';
  return affordable ? (blockedBy[0]?.message ?? null) : 'Not affordable yet';
}

function summonsPanel(game: Game): HTMLElement[] {
  const { summons } = game.screens;
  if (!summons) return [loading('Reading the banners…')];
  const isBanner = ({ draws }: Offer) => draws.length > 0;
  return [
    ...summons.offers.filter(isBanner).map((offer) => banner(game, offer)),
    ...summons.offers
      .filter((offer) => !isBanner(offer) && offer.options.length === 0)
      .map((offer) => offerCard(game, offer)),
  ];
}

function banner(game: Game, offer: Offer): HTMLElement {
  const waits = isWaiting(game.outbox.state(), `buy:${offer.id}`);
  const guarantees = offer.draws.flatMap((table) => table.guarantees);
  return card({
    title: offer.title ?? nameOf(offer.id),
    text: offer.text ?? 'One hero.',
    kind: 'banner',
    body: [
      ...odds(offer),
      h(
        'p',
        { class: 'pity' },
        ...guarantees
          .slice(0, 2)
          .map(({ certainWithin, outcomes }) =>
            h(
              'span',
              { class: rarityOf(outcomes[0] ?? '') },
              h('b', {}, nameOf(rarityOf(outcomes[0] ?? ''))),
              ` within ${certainWithin}`,
            ),
          ),
      ),
    ],
    price: priceOf(offer),
    action: button(
      `buy-${offer.id}`,
      waits ? 'In the outbox' : 'Summon',
      () => void game.send(() => buy(game.outbox, offer)),
      { kind: offer.available > 0 ? 'primary' : 'plain', disabled: offer.available === 0 || waits },
    ),
    note: offerNote(offer),
  });
}

/** `legendary_dragon_queen` → `legendary`. */
export const rarityOf = (outcome: string): string =>
  /^(legendary|epic|rare|common)/.exec(outcome)?.[1] ?? 'legendary';

/** The odds as a bar, and by name below it. */
function odds({ draws, id }: Offer): HTMLElement[] {
  const [table] = draws;
  if (!table) return [];
  const parts = table.outcomes.toSorted((one, other) => other.weight - one.weight);
  const bar = h('div', { class: 'odds-bar', 'aria-hidden': 'true' });
  for (const { name, weight } of parts) {
    const part = h('span', { class: rarityOf(name) });
    part.style.flexGrow = String(weight);
    bar.append(part);
  }
  return [
    bar,
    h(
      'details',
      { class: 'odds', id: `odds-${id}` },
      h('summary', {}, 'Odds'),
      h('ul', {}, ...parts.map((part) => oddsOf(part, table))),
    ),
  ];
}

function oddsOf({ name, weight }: PossibleOutcome, { of }: DrawOdds): HTMLElement {
  return h(
    'li',
    { class: rarityOf(name) },
    h('span', {}, nameOf(name.replace(/^(common|rare|epic|legendary)_/, ''))),
    h('b', {}, `${((weight / of) * 100).toFixed(1)} %`),
  );
}

function inboxPanel(game: Game): HTMLElement[] {
  const { inbox } = game.screens;
  if (!inbox) return [loading('Reading the inbox…')];
  if (inbox.length === 0) return [loading('The inbox is empty. Every fifth floor has a chest.')];
  const state = game.outbox.state();
  const waits = isWaiting(state, 'collect:all');
  return [
    h(
      'div',
      { class: 'toolbar' },
      button(
        'read-all',
        'Mark as read',
        () => void game.send(() => markAsRead(game.client, 'all').then(() => game.refresh())),
        {
          disabled: inbox.every(({ readAt }) => readAt !== null),
        },
      ),
      button(
        'collect-all',
        waits ? 'In the outbox' : 'Collect all',
        () => void game.send(() => collect(game.outbox, 'all')),
        {
          kind: 'primary',
          disabled: waits,
        },
      ),
    ),
    ...inbox.map((reward) => letter(game, reward)),
  ];
}

function letter(game: Game, reward: InboxReward): HTMLElement {
  const waits = isWaiting(game.outbox.state(), `collect:${reward.id}`);
  return card({
    title: reward.title ?? nameOf(reward.type),
    text: reward.text ?? '',
    kind: reward.readAt === null ? 'new' : '',
    body: [amounts(reward.gives)],
    action: button(
      `collect-${reward.id}`,
      waits ? 'In the outbox' : 'Collect',
      () => void game.send(() => collect(game.outbox, [reward])),
      { kind: 'primary', disabled: waits },
    ),
    note: reward.expiresAt ? `Expires ${untilText(reward.expiresAt)}` : null,
  });
}
