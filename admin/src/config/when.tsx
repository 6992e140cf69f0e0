// When a version becomes current: now or at a time, and what becomes of the one that is scheduled.
import type { BalanceConfigPreview } from '@onceward/client';
import { useId, useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { Moment } from '../ui/format.tsx';
import type { Terms } from './queries.ts';

interface WhenProps {
  readonly terms: Terms;
  readonly onChange: (terms: Terms) => void;
  readonly preview: BalanceConfigPreview;
}

export function When({ terms, onChange, preview: { scheduledVersion, scheduledFor } }: WhenProps) {
  const name = useId();
  const [time, setTime] = useState('');
  const isLater = terms.publishAt !== null;
  const cancels = terms.cancels ?? terms.keeps;
  // One version can be scheduled at a time.
  const choose = (publishAt: string | null) =>
    onChange(publishAt === null ? { ...terms, publishAt } : { publishAt, keeps: null, cancels });
  const pick = (value: string) => {
    setTime(value);
    const moment = new Date(value);
    if (!Number.isNaN(moment.getTime())) choose(moment.toISOString());
  };
  return (
    <>
      <fieldset className="choices">
        <legend className="strong">When</legend>
        <label>
          <input type="radio" name={name} checked={!isLater} onChange={() => choose(null)} /> Now
        </label>
        <label>
          <input
            type="radio"
            name={name}
            checked={isLater}
            onChange={() => pick(time === '' ? inAnHour() : time)}
          />{' '}
          At a time
        </label>
        {isLater && (
          <Field label="Time" hint={`In your zone. ${utcText(terms.publishAt)}`}>
            {({ id, describedBy }) => (
              <input
                id={id}
                className="input"
                type="datetime-local"
                required
                value={time}
                onChange={(event) => pick(event.target.value)}
                aria-describedby={describedBy}
              />
            )}
          </Field>
        )}
      </fieldset>
      {scheduledVersion !== null && (
        <Scheduled terms={terms} onChange={onChange} version={scheduledVersion} from={scheduledFor} />
      )}
    </>
  );
}

interface ScheduledProps extends Pick<WhenProps, 'terms' | 'onChange'> {
  readonly version: number;
  readonly from: string | null;
}

/** What becomes of the version that is scheduled already. */
function Scheduled({ terms, onChange, version, from }: ScheduledProps) {
  const name = useId();
  const choice = (label: string, isChosen: boolean, chosen: Partial<Terms>) => (
    <label>
      <input
        type="radio"
        name={name}
        checked={isChosen}
        onChange={() => onChange({ ...terms, keeps: null, cancels: null, ...chosen })}
      />{' '}
      {label}
    </label>
  );
  return (
    <fieldset className="choices">
      <legend className="strong">
        Version {version} is scheduled
        {from !== null && (
          <>
            {' '}
            for <Moment at={from} />
          </>
        )}
      </legend>
      {terms.publishAt === null &&
        choice('Keep it, under a new number', terms.keeps === version, { keeps: version })}
      {choice('Replace it', terms.cancels === version, { cancels: version })}
    </fieldset>
  );
}

const HOUR_MS = 3_600_000;

/** As the field wants it, in the viewer's zone. */
function inAnHour(): string {
  const moment = new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const utcText = (iso: string | null) => (iso === null ? '' : `${iso.slice(0, 16).replace('T', ' ')} UTC.`);
