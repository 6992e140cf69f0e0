// The icons of the console: strokes of 1.6 in a square of 20.
const PATHS = {
  players: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 6.5c.6-3 3-4.5 6-4.5s5.400 1.500 6 4.500',
  trace: 'M4 5h5a2 2 0 0 1 2 2v6a2 2 0 0 0 2 2h3M4 5a.01.01 0 1 0 .01 0M13.500 12.500 16 15l-2.500 2.500',
  graphiql: 'M10 2.500 16.500 6.250v7.500L10 17.500 3.500 13.750v-7.500ZM3.800 13.500h12.400L10 3Z',
  approvals: 'M4 10.500 8 14.500l8-9M3.500 4.500h5',
  staff: 'M10 3 4 5.500v4c0 3.500 2.500 6 6 7.500 3.500-1.500 6-4 6-7.500v-4ZM7.500 10l2 2 3.500-4',
  economy: 'M3 16.500h14M5.500 13.500V9M10 13.500V4M14.500 13.500V7',
  config: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  audit: 'M6 3.5h8v13H6ZM8.500 7h3M8.500 10h3M8.500 13h2',
  campaigns:
    'M3.500 8.500v3l9 4v-11Zm9 0c2 0 3.500.500 3.500 1.500s-1.500 1.500-3.500 1.500M6 12.600V16h2.500v-2.300',
  messages: 'M3 5h14v10H3ZM3 5.500l7 5.500 7-5.500',
  codes: 'M3 6h14v2.500a1.500 1.500 0 0 0 0 3V14H3v-2.500a1.500 1.500 0 0 0 0-3ZM12 6v8',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12Zm4.300-1.700L17 17',
  menu: 'M3 6h14M3 10h14M3 14h14',
  close: 'm5 5 10 10M15 5 5 15',
  sun: 'M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100',
  moon: 'M16.500 11.800A7 7 0 0 1 8.200 3.500a7 7 0 1 0 8.300 8.300Z',
  system: 'M3 4h14v9H3ZM7 16.500h6M10 13v3.500',
  granted: 'm4.500 10.500 3.500 3.500 7.500-8',
  rejected: 'm5.500 5.500 9 9M14.500 5.500l-9 9',
  reversal: 'M4 8h8.500a3.500 3.500 0 1 1 0 7H8M4 8l3.500-3.500M4 8l3.500 3.500',
  forbidden: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM5 5l10 10',
  chevron: 'm7 5 5 5-5 5',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4Z',
  gift: 'M3.500 8h13v3h-13ZM5 11v6h10v-6M10 8v9M10 8C7 8 6 6.500 6.500 5s3-1 3.500 3c.500-4 3-4.500 3.500-3S13 8 10 8Z',
  minus: 'M4 10h12',
  out: 'M8 4H4v12h4M8 10h9M13.500 6.500 17 10l-3.500 3.500',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4l2.500 2',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
