// What an alarm means and what to do about it, for people: the words of docs/monitoring.md, and the page of the console that helps.
import type { Alarm, AlarmKind } from '@onceward/client';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface Words {
  readonly title: string;
  readonly means: string;
  readonly advice: (alarm: Alarm) => ReactNode;
}

const Runbook = ({ situation }: { readonly situation: string }) => (
  <>
    The runbook (<code>docs/runbook.md</code>) has it as “{situation}”.
  </>
);

const DRIFT: Words = {
  title: 'The ledger contradicts itself',
  means:
    'A balance, a sum or a chain of entries is not what its entries say. Somebody wrote past the service, or a row was damaged.',
  advice: () => (
    <>
      Pause <Link to="/campaigns">campaigns</Link> and stop paying what is affected. Run{' '}
      <code>npm run integrity</code>: it shows each fault. The owner restores or repairs the row, never a
      balance without its entry. <Runbook situation="A double payout is suspected" />
    </>
  ),
};

/** The subject has the name of the breaker first, then what it counts. */
const breakerOf = ({ subject }: Alarm) => subject.split(' ')[0] ?? subject;

export const WORDS: Readonly<Record<AlarmKind, Words>> = {
  DRIFT,
  BREAKER: {
    title: 'A breaker tripped',
    means:
      'More was to be given in an hour than the balance config allows. What is beyond the bound is held back; players have not lost it.',
    advice: (alarm) => (
      <>
        Find out whether players play more or a number is wrong: compare{' '}
        <Link to="/economy" search={{ from: '', to: '', resource: '' }}>
          Economy
        </Link>{' '}
        and the newest version in{' '}
        <Link to="/config" search={{ view: 'history' }}>
          Config
        </Link>
        . Then{' '}
        <Link to="/breakers" search={{ breaker: breakerOf(alarm), type: '', player: '' }}>
          release or drop what is held back
        </Link>
        . <Runbook situation="A bad config was published" />
      </>
    ),
  },
  ENDPOINT_FAILING: {
    title: 'An endpoint does not accept events',
    means:
      'It has answered errors, or nothing, for a quarter of an hour, or it was suspended. Its events wait and are sent again; players notice nothing.',
    advice: ({ subject }) => (
      <>
        <Link to="/endpoints/$endpointId" params={{ endpointId: subject }}>
          The endpoint
        </Link>{' '}
        shows its last failure. Ask those who run the consumer; what waits is sent by itself.
      </>
    ),
  },
  OUTBOX_LAG: {
    title: 'Events wait too long',
    means:
      'A reader of the events has not taken the oldest one in time. Nothing is lost as long as it is read.',
    advice: ({ subject }) => {
      const endpointId = /^endpoint (\d+)$/.exec(subject)?.[1];
      return endpointId ? (
        <>
          <Link to="/endpoints/$endpointId" params={{ endpointId }}>
            The endpoint
          </Link>{' '}
          fails, or is slower than the game. After some days it is suspended.
        </>
      ) : (
        <>
          A transaction that does not end holds readers back: an operator finds it in{' '}
          <code>pg_stat_activity</code>.
        </>
      );
    },
  },
  JOB_FAILING: {
    title: 'A job of the schedule fails',
    means:
      'What the service does by itself each minute or each night has failed several times in succession.',
    advice: ({ subject }) => (
      <>
        The log has the reason: event <code>job_failed</code> with <code>{subject}</code>. An operator runs{' '}
        <code>npm run doctor</code>.
      </>
    ),
  },
  RETENTION: {
    title: 'Old rows are not removed',
    means: 'Rejections or expired rewards that should be gone are still there. Players notice nothing yet.',
    advice: () => 'A job fails or cannot keep up: look for an alarm about a job, and in the log.',
  },
  UNVERIFIED: {
    title: 'The verification is behind',
    means:
      'The nightly verification has not reached every player for 30 days, so damage would be found late.',
    advice: () => (
      <>
        An operator chooses a quieter hour or more nightly triggers in <code>wrangler.toml</code>.
      </>
    ),
  },
  ARCHIVE: {
    title: 'The archive does not answer',
    means:
      'Old claims cannot be moved to the archive, or not be read from it. Replays of archived keys are then UNAVAILABLE.',
    advice: () => 'An operator checks the bucket and its binding.',
  },
};

const SUBJECTS: Readonly<Record<string, string>> = {
  players: 'players',
  game: 'what belongs to the whole game',
  economy: 'the sums of a day',
  distribution: 'the distribution of balances',
  refusals: 'rejections',
  pending_rewards: 'expired rewards',
  write: 'writing',
  read: 'reading',
};

/** What it is about, as a person would say it. */
export function subjectOf({ kind, subject }: Alarm): string {
  if (kind === 'ENDPOINT_FAILING') return `endpoint ${subject}`;
  return SUBJECTS[subject] ?? subject;
}

/** "failingSince" → "failing since". */
export const detailName = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
