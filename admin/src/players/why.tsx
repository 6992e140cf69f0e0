// Why an attempt came out as it did: formulas with the facts filled in, what moved and what was cut off, limits, config and IDs.
import type { ReversalState, TracedAttempt } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ClaimActions } from '../actions/claim-actions.tsx';
import { Id, Moment, whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { ChangesTable } from './changes-table.tsx';
import { actorOf } from './entry-kind.ts';
import { explain, type Facts, type Line, versionOf } from './explain.ts';
import { configQuery } from './queries.ts';
import { Bounds } from './why-bounds.tsx';

interface WhyProps {
  readonly attempt: TracedAttempt;
  /** Null: nothing was taken back. Absent: it is not known here, so no action is offered. */
  readonly reversal?: ReversalState | null;
}

export function Why({ attempt, reversal }: WhyProps) {
  const { changes, rejection, granted } = attempt;
  return (
    <div className="why">
      {rejection && <p className="why-rejection">{rejection}</p>}
      <Formulas attempt={attempt} />
      {changes.length > 0 && <ChangesTable changes={changes} caption="What moved" />}
      {granted && changes.length === 0 && <p className="muted">No balance moved.</p>}
      <Identity attempt={attempt} reversal={reversal ?? null} />
      {granted && reversal !== undefined && <ClaimActions attempt={attempt} reversal={reversal} />}
    </div>
  );
}

function Formulas({ attempt }: { readonly attempt: TracedAttempt }) {
  const version = versionOf(attempt);
  const { data, error, isPending, refetch } = useQuery(configQuery(version));
  if (isPending) return <Loading lines={2} label="Loading the balance config" />;
  if (error) return <Failure error={error} onRetry={refetch} />;
  const { lines, facts, read } = explain(attempt, data?.document);
  return (
    <>
      {lines.length > 0 && (
        <div className="formulas">
          {lines.map((line) => (
            <Formula key={`${line.kind} ${line.resource}`} line={line} attempt={attempt} />
          ))}
        </div>
      )}
      <Bounds changes={attempt.changes} document={data?.document} />
      <FactList title="Facts of the request" facts={facts} />
      <FactList title="Read of the player" facts={read} />
    </>
  );
}

function Formula({ line, attempt }: { readonly line: Line; readonly attempt: TracedAttempt }) {
  const { resource, kind, formula, filled, cap, filledCap } = line;
  const change = attempt.changes.find((each) => each.resource === resource && each.cause === 'OPERATION');
  // What is 0 has no entry, and neither has anything of a claim that became pending.
  const gaveNothing = kind === 'gives' && !change && attempt.granted && attempt.changes.length > 0;
  return (
    <div className="formula">
      <span className="formula-name">
        {resource} <span className="muted">{kind}</span>
      </span>
      <code>{formula}</code>
      {filled && <code className="formula-filled">= {filled}</code>}
      {cap !== null && (
        <code className="formula-filled">
          at most {cap}
          {filledCap && ` = ${filledCap}`}
        </code>
      )}
      {change && (
        <span className="formula-result">
          = <strong>{whole(Math.abs(change.requested))}</strong>
          {change.cutOff !== 0 && (
            <span className="muted">
              , of which {whole(Math.abs(change.delta))} {change.delta < 0 ? 'were taken' : 'fitted'}
            </span>
          )}
        </span>
      )}
      {gaveNothing && (
        <span className="formula-result">
          = <strong>0</strong>
        </span>
      )}
    </div>
  );
}

function FactList({ title, facts }: { readonly title: string; readonly facts: Facts }) {
  const entries = Object.entries(facts);
  if (entries.length === 0) return null;
  return (
    <p className="fact-list">
      <span className="muted">{title}:</span>{' '}
      {entries.map(([name, value]) => (
        <code key={name}>
          {name} = {JSON.stringify(value)}
        </code>
      ))}
    </p>
  );
}

function Identity({ attempt, reversal }: Required<WhyProps>) {
  const { claim, granted } = attempt;
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    ['Operation', claim.operation],
    ['By', actorOf(attempt) ?? `player ${claim.actorId}`],
    ['When', <Moment key="at" at={claim.claimedAt} />],
    ...(claim.occurredAt ? [['Happened', <Moment key="at" at={claim.occurredAt} />] as const] : []),
    ...(claim.reason ? [['Reason', claim.reason] as const] : []),
    ...(claim.counterpartyId
      ? [
          [
            claim.operation === 'mergePlayer' ? 'Merged' : 'Other player',
            <OtherPlayer key="other" claim={claim} />,
          ] as const,
        ]
      : []),
    [
      'Config',
      `version ${whole(claim.configVersion)}${claim.amountsVersion === null ? '' : `, amounts of ${whole(claim.amountsVersion)}`}`,
    ],
    ...claim.usedLimits.map(
      ({ limit, name, period, amount }) =>
        [
          'Limit',
          `${whole(amount)} of ${limit.toLowerCase().replaceAll('_', ' ')}: ${name}, ${period}`,
        ] as const,
    ),
    ...claim.draws.map(({ table, outcome }) => ['Draw', `${table}: ${outcome}`] as const),
    ...(reversal
      ? [
          [
            'Taken back',
            `${whole(reversal.reversed)} of ${whole(reversal.units)}${reversal.reopened ? ', open again' : ''}, by claim ${reversal.claimId}`,
          ] as const,
        ]
      : []),
    ['Key', <Id key="key" value={claim.key} label="claim key" />],
    ...(granted ? [['Claim', <Id key="id" value={claim.id} label="claim ID" />] as const] : []),
    ...(claim.idempotencyKey
      ? [['Idempotency key', <Id key="id" value={claim.idempotencyKey} label="idempotency key" />] as const]
      : []),
    ...(claim.correlationId ? [['Trace', <TraceLink key="id" id={claim.correlationId} />] as const] : []),
  ];
  return (
    <dl className="details">
      {rows.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a claim do not change
        <div key={index} className="details-row">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Who gave to whom: a guest gives what they have to the account. */
function OtherPlayer({ claim: { playerId, counterpartyId, operation } }: Pick<TracedAttempt, 'claim'>) {
  const both = [playerId, counterpartyId ?? ''];
  return (
    <>
      {(operation === 'mergePlayer' ? both.toReversed() : both).map((id, index) => (
        <span key={id}>
          {index > 0 && ' → '}
          <Link to="/players/$playerId" params={{ playerId: id }}>
            {id}
          </Link>
        </span>
      ))}
    </>
  );
}

function TraceLink({ id }: { readonly id: string }) {
  return (
    <Link to="/trace" search={{ id }} className="mono">
      {id}
    </Link>
  );
}
