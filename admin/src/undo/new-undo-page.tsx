// A new undo: which claims, and what happens where a player has less. Making it selects the claims and tries their reversals; nothing moves.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import {
  type Action,
  type ActionInput,
  type ActionReceipt,
  type ActionResult,
  newAction,
  perform,
} from '../actions/action.ts';
import { Field, ReasonField } from '../actions/fields.tsx';
import { Outcome } from '../actions/results.tsx';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { objectOf } from '../players/explain.ts';
import { configQuery } from '../players/queries.ts';
import { CountField, MomentField, Radios, TextAreaField, TextField } from '../records/fields.tsx';
import { PageHead } from '../records/page-parts.tsx';
import { momentOf } from '../records/values.ts';
import { may, useViewer } from '../session/staff.ts';
import { whole } from '../ui/format.tsx';
import { Empty } from '../ui/states.tsx';
import { isOfUndos, refreshUndo } from './queries.ts';

const route = getRouteApi('/undo/new');

export function NewUndoPage() {
  const { campaign } = route.useSearch();
  const canManage = may(useViewer(), 'undo:manage');
  return (
    <div className="page-body page-body-narrow">
      <nav aria-label="Breadcrumb" className="crumbs">
        <Link to="/undo">Undo</Link>
      </nav>
      <PageHead
        title="New undo"
        about="Select claims. The dry run shows what would happen; nothing moves before it is approved."
      />
      {canManage ? (
        <>
          <UnansweredActions isHere={isOfUndos} refresh={() => refreshUndo()} />
          <Form campaign={campaign} />
        </>
      ) : (
        <Empty title="Your role cannot undo incidents.">
          <p>Support and administrators can. You can follow the undos that exist.</p>
        </Empty>
      )}
    </div>
  );
}

interface Filled {
  readonly by: 'claims' | 'campaign';
  readonly type: string;
  readonly configVersion: string;
  readonly from: string;
  readonly until: string;
  readonly server: string;
  readonly players: string;
  readonly campaign: string;
  readonly ifInsufficient: 'REFUSE' | 'DEBT';
  readonly reason: string;
}

/** As the schema bounds a filter. */
const MAX_PLAYERS = 1_000;

const idsOf = (text: string) => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

function inputOf(filled: Filled): ActionInput<'createUndo'> | null {
  const { by, type, configVersion, from, until, server, players, campaign, ifInsufficient, reason } = filled;
  if (by === 'campaign') return { filter: { campaign: Number(campaign) }, ifInsufficient, reason };
  const ids = idsOf(players);
  const filter = {
    type: type || null,
    configVersion: configVersion === '' ? null : Number(configVersion),
    from: momentOf(from),
    until: momentOf(until),
    server: server || null,
    players: ids.length > 0 ? ids : null,
  };
  const said = Object.entries(filter).filter(([, value]) => value !== null);
  return said.length === 0 ? null : { filter: Object.fromEntries(said), ifInsufficient, reason };
}

const BY = [
  {
    value: 'claims',
    title: 'Claims',
    about: 'By type, config, time, game server or players. All that you fill in has to hold.',
  },
  {
    value: 'campaign',
    title: 'A campaign',
    about: 'All that it gave or announced, and nothing else. It must have ended.',
  },
] as const;

const IF_INSUFFICIENT = [
  { value: 'REFUSE', title: 'Do not reverse that claim', about: 'The report lists the player.' },
  { value: 'DEBT', title: 'Leave a debt', about: 'Later grants pay it first.' },
] as const;

/** Sends the undo, with one key for as long as nothing is changed and nobody knows what came of it. */
function useSending() {
  const navigate = useNavigate();
  const [isSending, setSending] = useState(false);
  const [action, setAction] = useState<Action<'createUndo'> | null>(null);
  const [result, setResult] = useState<ActionResult<ActionReceipt<'createUndo'>> | null>(null);
  const send = async (input: ActionInput<'createUndo'>) => {
    const sent = action ?? newAction('createUndo', 'Make an undo', input);
    setAction(sent);
    setSending(true);
    const next = await perform(sent);
    setSending(false);
    setResult(next);
    if (next.kind !== 'unknown') setAction(null);
    if (next.kind !== 'done') return;
    await refreshUndo(next.receipt.undo);
    navigate({ to: '/undo/$undoId', params: { undoId: String(next.receipt.undo.id) } });
  };
  const reset = () => {
    setAction(null);
    setResult(null);
  };
  return { isSending, result, send, reset };
}

function Form({ campaign }: { readonly campaign: number | undefined }) {
  const [filled, setFilled] = useState<Filled>({
    by: campaign === undefined ? 'claims' : 'campaign',
    ...{ type: '', configVersion: '', from: '', until: '', server: '', players: '', reason: '' },
    campaign: campaign === undefined ? '' : String(campaign),
    ifInsufficient: 'REFUSE',
  });
  const { isSending, result, send, reset } = useSending();
  const change = (part: Partial<Filled>) => {
    setFilled({ ...filled, ...part });
    reset();
  };
  const input = inputOf(filled);
  const named = idsOf(filled.players).length;
  const isTooMany = filled.by === 'claims' && named > MAX_PLAYERS;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (input !== null && !isTooMany) send(input);
  };
  return (
    <form className="record-main" onSubmit={submit}>
      <fieldset className="card fields" disabled={isSending}>
        <Radios
          legend="What to undo"
          name="by"
          value={filled.by}
          onChange={(by) => change({ by })}
          choices={BY}
        />
        {filled.by === 'claims' ? (
          <ClaimFields filled={filled} onChange={change} />
        ) : (
          <CountField
            label="Campaign"
            hint="Its number, as its page shows it in the address."
            required
            value={filled.campaign}
            onChange={(value) => change({ campaign: value })}
          />
        )}
        {isTooMany && <TooMany count={named} />}
      </fieldset>
      <fieldset className="card fields" disabled={isSending}>
        <Radios
          legend="If a player no longer has what a claim gave"
          name="insufficient"
          value={filled.ifInsufficient}
          onChange={(ifInsufficient) => change({ ifInsufficient })}
          choices={IF_INSUFFICIENT}
        />
        <ReasonField value={filled.reason} onChange={(reason) => change({ reason })} />
      </fieldset>
      <div aria-live="polite">{result && result.kind !== 'done' && <Outcome result={result} />}</div>
      <div className="actions">
        <button
          type="submit"
          className="button button-primary"
          disabled={isSending || input === null || isTooMany}
        >
          {isSending
            ? 'Sending…'
            : result?.kind === 'unknown'
              ? 'Try again with the same key'
              : 'Select and start the dry run'}
        </button>
        {input === null && <span className="sub muted">Say which claims: fill in at least one field.</span>}
      </div>
    </form>
  );
}

function TooMany({ count }: { readonly count: number }) {
  return (
    <p className="problem">
      {whole(count)} players; at most {whole(MAX_PLAYERS)}. Make several undos.
    </p>
  );
}

/** Claim types that the ledger reserves and that an incident may have. */
const RESERVED = ['manual_reward', 'campaign_grant', 'code_redemption', 'payout', 'taking', 'transfer'];

function ClaimFields({
  filled,
  onChange,
}: {
  readonly filled: Filled;
  readonly onChange: (part: Partial<Filled>) => void;
}) {
  const listId = useId();
  const { data } = useQuery(configQuery(null));
  const { claimTypes, exchanges } = objectOf(data?.document);
  const types = [...Object.keys(objectOf(claimTypes)), ...Object.keys(objectOf(exchanges)), ...RESERVED];
  return (
    <>
      <div className="field-grid">
        <Field label="Claim type or exchange">
          {({ id }) => (
            <>
              <input
                id={id}
                className="input"
                list={listId}
                autoComplete="off"
                spellCheck={false}
                maxLength={64}
                value={filled.type}
                onChange={(event) => onChange({ type: event.target.value.trim() })}
              />
              <datalist id={listId}>
                {types.map((type) => (
                  <option key={type} value={type} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <CountField
          label="Config version"
          value={filled.configVersion}
          onChange={(configVersion) => onChange({ configVersion })}
          {...(data && { placeholder: `now ${data.version}` })}
        />
        <MomentField label="Granted from" value={filled.from} onChange={(from) => onChange({ from })} />
        <MomentField label="Granted before" value={filled.until} onChange={(until) => onChange({ until })} />
        <TextField
          label="Game server"
          hint="The subject of its token."
          maxLength={255}
          value={filled.server}
          onChange={(server) => onChange({ server: server.trim() })}
        />
      </div>
      <TextAreaField
        label="Players"
        hint="IDs, separated by spaces, commas or lines; at most 1,000. Empty: all players."
        value={filled.players}
        onChange={(players) => onChange({ players })}
      />
    </>
  );
}
