// A bar with how much is done, how fast it goes on, and how long it will take.
import { whole } from '../ui/format.tsx';
import { describeSeconds, usePace } from './pace.ts';

interface ProgressProps {
  /** "Granting": what goes on. */
  readonly label: string;
  /** "rows". */
  readonly unit: string;
  readonly done: number;
  readonly total: number;
  /** When `done` was read, in milliseconds. */
  readonly readAt: number;
  /** Whether it goes on now. */
  readonly isMoving: boolean;
}

export function Progress({ label, unit, done, total, readAt, isMoving }: ProgressProps) {
  const pace = usePace(done, total, readAt);
  const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
  return (
    <div className="progress">
      <div className="progress-head">
        <span>
          {label}: <strong>{whole(done)}</strong> of {whole(total)} {unit}
        </span>
        <span className="muted">{percent} %</span>
      </div>
      <progress className="progress-bar" max={Math.max(total, 1)} value={done} aria-label={label} />
      <p className="sub muted">
        {done >= total
          ? 'All of them.'
          : !isMoving
            ? 'It does not go on now.'
            : pace
              ? `${whole(Math.round(pace.perSecond))} ${unit} a second, ${describeSeconds(pace.secondsLeft)} left`
              : 'Measuring the pace…'}
      </p>
    </div>
  );
}
