// The state and the selection of an undo in words.
import type { Undo } from '@onceward/client';
import { Link } from '@tanstack/react-router';
import { objectOf } from '../players/explain.ts';
import { wordsOf } from '../records/why.ts';
import { Moment, whole } from '../ui/format.tsx';

const STATES: Readonly<Record<string, readonly [title: string, tone: string]>> = {
  selecting: ['selecting', 'strong'],
  checking: ['dry run', 'strong'],
  ready: ['ready', 'warn'],
  running: ['running', 'strong'],
  paused: ['paused', 'warn'],
  done: ['done', 'good'],
  cancelled: ['cancelled', 'bad'],
};

export function UndoBadge({ state }: Pick<Undo, 'state'>) {
  const [title, tone] = STATES[state] ?? [state, 'plain'];
  return <span className={`badge badge-${tone}`}>{title}</span>;
}

/** Of a claim that is not reversed. */
export const claimWords = (why: string) => (why === 'already_claimed' ? 'was reversed before' : wordsOf(why));

const MOST_NAMED = 5;

/** The parts of the filter, each with its name. */
export function filterParts({ filter }: Pick<Undo, 'filter'>): (readonly [string, React.ReactNode])[] {
  const { type, configVersion, from, until, server, players, campaign, ranking } = objectOf(filter);
  const named = Array.isArray(players) ? players.map(String) : [];
  const parts: (readonly [string, React.ReactNode])[] = [];
  if (type) parts.push(['Claim type', String(type)]);
  if (configVersion) parts.push(['Config', `version ${whole(Number(configVersion))}`]);
  if (from) parts.push(['From', <Moment key="from" at={String(from)} />]);
  if (until) parts.push(['Before', <Moment key="until" at={String(until)} />]);
  if (server) parts.push(['Game server', String(server)]);
  if (named.length > 0)
    parts.push([
      'Players',
      `${named.slice(0, MOST_NAMED).join(', ')}${named.length > MOST_NAMED ? ` and ${whole(named.length - MOST_NAMED)} more` : ''}`,
    ]);
  if (campaign)
    parts.push([
      'Campaign',
      <Link key="campaign" to="/campaigns/$campaignId" params={{ campaignId: String(campaign) }}>
        {whole(Number(campaign))}
      </Link>,
    ]);
  if (ranking) parts.push(['Ranking', whole(Number(ranking))]);
  return parts;
}

/** In one line, for a list. */
export function filterText({ filter }: Pick<Undo, 'filter'>): string {
  const { players, ...others } = objectOf(filter);
  const words = Object.entries(others).map(([name, value]) =>
    name === 'configVersion' ? `config ${value}` : name === 'type' ? String(value) : `${name} ${value}`,
  );
  if (Array.isArray(players))
    words.push(players.length === 1 ? String(players[0]) : `${whole(players.length)} players`);
  return words.join(' · ');
}
