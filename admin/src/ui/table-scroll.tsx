// Room for a table that is wider than its place. It has the focus of the keyboard, so that it can be scrolled without a mouse.
import type { ReactNode } from 'react';

interface TableScrollProps {
  readonly label: string;
  readonly isCard?: boolean;
  readonly children: ReactNode;
}

export function TableScroll({ label, isCard = false, children }: TableScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className={`table-scroll${isCard ? ' card' : ''}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
