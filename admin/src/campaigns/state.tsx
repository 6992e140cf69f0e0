// The state of a campaign in words.
import type { Campaign } from '@onceward/client';

type State = Campaign['state'];

const WORDS: Readonly<Record<State, readonly [title: string, tone: string]>> = {
  CHECKING: ['dry run', 'strong'],
  READY: ['ready', 'warn'],
  RUNNING: ['running', 'strong'],
  PAUSED: ['paused', 'warn'],
  DONE: ['done', 'good'],
  CANCELLED: ['cancelled', 'bad'],
};

export function CampaignBadge({ state }: { readonly state: State }) {
  const [title, tone] = WORDS[state];
  return <span className={`badge badge-${tone}`}>{title}</span>;
}
