// Numbers with separators, times in the viewer's zone with UTC on hover, and IDs that can be copied.
import { useState } from 'react';
import { Icon } from './icon.tsx';

export { signed, whole } from './numbers.ts';

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const DAY = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const EXACT = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export const dayOf = (iso: string) => DAY.format(new Date(iso));

const MINUTE = 60_000;

/** How long ago, in one unit: "3 h". */
export function since(iso: string): string {
  const minutes = Math.max(Math.floor((Date.now() - Date.parse(iso)) / MINUTE), 0);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} days`;
}

const utcOf = (iso: string) => `${iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '')} UTC`;

interface MomentProps {
  readonly at: string;
  /** `time`: where a heading shows the day; `exact` has milliseconds. */
  readonly show?: 'both' | 'time' | 'date' | 'exact';
}

export function Moment({ at, show = 'both' }: MomentProps) {
  const moment = new Date(at);
  const texts = {
    both: `${DATE.format(moment)}, ${TIME.format(moment)}`,
    time: TIME.format(moment),
    date: DATE.format(moment),
    exact: EXACT.format(moment),
  };
  return (
    <time dateTime={at} title={utcOf(at)} className="moment">
      {texts[show]}
    </time>
  );
}

const COPIED_MS = 1_500;

/** An ID in full, with a button that copies it. */
export function Id({ value, label }: { readonly value: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <span className="id">
      <code>{value}</code>
      <button
        type="button"
        className="button-bare"
        onClick={copy}
        aria-label={`Copy ${label}`}
        title={isCopied ? 'Copied' : `Copy ${label}`}
      >
        <Icon name={isCopied ? 'granted' : 'copy'} size={14} />
      </button>
    </span>
  );
}
