/** Drawn in code: icons of resources, and the guardian of a floor. Colours come from the style sheet. */
import { svg } from './dom.ts';

const ICONS: Readonly<Record<string, string>> = {
  lumees: 'M8 1l2 4.6 5 .5-3.8 3.3 1.1 4.9L8 11.8l-4.3 2.5 1.1-4.9L1 6.1l5-.5z',
  auric_coins: 'M8 1l6 3.5v7L8 15l-6-3.5v-7zM8 4.5L5 6.2v3.6l3 1.7 3-1.7V6.2z',
  bonus_coins: 'M8 1l6 3.5v7L8 15l-6-3.5v-7z',
  floor_tokens: 'M3 15V6H2V2h2.4v2h2.2V2h2.8v2h2.2V2H14v4h-1v9H9.5v-3a1.5 1.5 0 0 0-3 0v3z',
  summon_tokens: 'M2 4h12v2.5a1.5 1.5 0 0 0 0 3V12H2V9.5a1.5 1.5 0 0 0 0-3zM6 6v4h4V6z',
  experience: 'M8 2l6 6h-3.5v5.5h-5V8H2z',
  drop_charges: 'M8 1c3 4 4.5 6.3 4.5 8.8A4.5 4.5 0 0 1 3.5 9.8C3.5 7.3 5 5 8 1z',
  energy: 'M9.5 1L3 9h4l-1 6 7-9H9z',
  stamina: 'M8 14.5L2 8.2A3.6 3.6 0 0 1 8 4a3.6 3.6 0 0 1 6 4.2z',
  snowflakes: 'M7.3 1h1.4v14H7.3zM2.3 3.8l.9-1.1 10.5 9.5-.9 1.1zM13.7 3.8l-.9-1.1L2.3 12.2l.9 1.1z',
  hero: 'M8 1c3.5 0 6 2.3 6 6v5l-3 3V9H5v6l-3-3V7c0-3.7 2.5-6 6-6zM7.3 10.5h1.4V15H7.3z',
  shards: 'M8 1l4 5-4 9-4-9z',
  frame: 'M1 1h14v14H1zM4 4v8h8V4z',
};
const ANYTHING = 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z';

export function icon(resource: string): SVGElement {
  const kind = resource.split(':')[0] ?? resource;
  const path = ICONS[resource] ?? ICONS[kind] ?? ANYTHING;
  return svg(
    'svg',
    { class: `icon icon-${kind}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { d: path, 'fill-rule': 'evenodd' }),
  );
}

export const ELEMENTS = ['fire', 'water', 'shadow'] as const;
export type Element = (typeof ELEMENTS)[number];

const NAMES: Readonly<Record<Element, readonly string[]>> = {
  fire: ['Ember Warden', 'Cinder Squire', 'Ash Regent', 'Pyre Matron'],
  water: ['Tide Keeper', 'Rime Herald', 'Drowned Knight', 'Fog Oracle'],
  shadow: ['Dusk Sentinel', 'Hollow Page', 'Night Castellan', 'Veiled Queen'],
};

export interface Guardian {
  readonly name: string;
  readonly element: Element;
}

export function guardianOf(floor: number): Guardian {
  const element = ELEMENTS[(floor - 1) % ELEMENTS.length] as Element;
  const names = NAMES[element];
  return { element, name: names[Math.floor((floor - 1) / ELEMENTS.length) % names.length] as string };
}

const HORNS = [
  ['M62 52C40 44 34 24 40 8c6 16 18 24 34 26z', 'M138 52c22-8 28-28 22-44-6 16-18 24-34 26z'],
  ['M66 44L52 8l26 22z', 'M134 44l14-36-26 22z', 'M100 30l-9-26h18z'],
  ['M58 60C30 66 22 46 26 30c10 14 22 16 38 12z', 'M142 60c28 6 36-14 32-30-10 14-22 16-38 12z'],
  ['M60 46L44 20l22 6-4-20 18 18 20-22 20 22 18-18-4 20 22-6-16 26z'],
] as const;
const SIGILS: Readonly<Record<Element, string>> = {
  fire: 'M100 58c8 10 11 15 11 22a11 11 0 0 1-22 0c0-4 2-8 5-11 0 4 2 6 4 6 3 0 4-6 2-17z',
  water: 'M100 58c8 11 12 17 12 23a12 12 0 0 1-24 0c0-6 4-12 12-23z',
  shadow: 'M108 60a16 16 0 1 0 4 26 13 13 0 1 1-4-26z',
};

/** A mask above a cloak. Horns and shoulders change with the floor, so that neighbours differ. */
export function guardianArt(floor: number): SVGElement {
  const { element } = guardianOf(floor);
  const horns = HORNS[(floor + Math.floor(floor / 4)) % HORNS.length] as readonly string[];
  const width = 62 + (floor % 3) * 8;
  return svg(
    'svg',
    { class: `guardian-art ${element}`, viewBox: '0 0 200 210', 'aria-hidden': 'true' },
    svg('circle', { class: 'aura', cx: 100, cy: 96, r: 94 }),
    svg('circle', { class: 'aura inner', cx: 100, cy: 96, r: 70 }),
    svg('path', {
      class: 'cloak',
      d: `M${100 - width} 210C${100 - width} 160 70 138 100 138s${width - 30} 22 ${width} 72z`,
    }),
    svg('path', { class: 'cloak-fold', d: 'M100 140l-16 70h32z' }),
    ...horns.map((d) => svg('path', { class: 'horn', d })),
    svg('path', {
      class: 'mask',
      d: 'M100 28c34 0 50 24 46 62-4 36-26 56-46 64-20-8-42-28-46-64-4-38 12-62 46-62z',
    }),
    svg('path', { class: 'mask-side', d: 'M100 28c34 0 50 24 46 62-4 36-26 56-46 64z' }),
    svg('path', { class: 'sigil', d: SIGILS[element], transform: 'translate(0 -14)' }),
    svg('path', { class: 'eye', d: 'M66 96l26 10c-4 8-20 8-26-10z' }),
    svg('path', { class: 'eye', d: 'M134 96l-26 10c4 8 20 8 26-10z' }),
    svg('path', { class: 'mouth', d: 'M88 130h24' }),
  );
}
