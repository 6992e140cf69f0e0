// What can be done with a campaign in its state.
import type { Campaign } from '@onceward/client';
import { type Offer, offer } from '../records/record-actions.tsx';
import { whole } from '../ui/format.tsx';

/** `isWaiting`: somebody else has to approve it first. */
export function offersFor(
  { id: campaignId, name, state, forecast, rows }: Campaign,
  isWaiting: boolean,
): Offer[] {
  const inputOf = () => ({ campaignId });
  const run = offer({
    name: 'runCampaign',
    title: `Run ${name}`,
    verb: 'Run',
    look: 'primary',
    about: (
      <p>
        {whole(forecast?.players ?? 0)} of {whole(rows)} players would get something. If its value needs an
        approval, it becomes a proposal first, and you run it again once somebody else has approved.
      </p>
    ),
    inputOf,
  });
  const check = offer({
    name: 'checkCampaign',
    title: `Dry run of ${name}`,
    verb: 'Repeat the dry run',
    about: <p>It goes through all rows again, as players and config are now. Nothing moves.</p>,
    inputOf,
  });
  const pause = offer({
    name: 'pauseCampaign',
    title: `Pause ${name}`,
    verb: 'Pause',
    about: <p>Nothing is granted after the answer until it is resumed.</p>,
    inputOf,
  });
  const resume = offer({
    name: 'resumeCampaign',
    title: `Resume ${name}`,
    verb: 'Resume',
    look: 'primary',
    about: <p>It goes on with the rows that remain.</p>,
    inputOf,
  });
  const cancel = offer({
    name: 'cancelCampaign',
    title: `Cancel ${name}`,
    verb: 'Cancel campaign',
    isDangerous: true,
    about: <p>It ends for good. What it has given stays; you can undo that afterwards.</p>,
    inputOf,
  });
  switch (state) {
    case 'CHECKING':
      return [cancel];
    case 'READY':
      return isWaiting ? [check, cancel] : [run, check, cancel];
    case 'RUNNING':
      return [pause, cancel];
    case 'PAUSED':
      return [resume, cancel];
    default:
      return [];
  }
}
