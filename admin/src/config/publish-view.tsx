// Publish: the draft, now or at a time, and what waits for an approval.
import type { BalanceConfig, ConfigPublication } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { objectOf } from '../players/explain.ts';
import { may, useViewer } from '../session/staff.ts';
import { Empty, Loading } from '../ui/states.tsx';
import { announce } from '../ui/toasts.tsx';
import { announcePublication } from './announce-publication.ts';
import type { Confirmed } from './confirmed.ts';
import type { Draft } from './draft.ts';
import { Proposals } from './proposals.tsx';
import { PublicationForm } from './publication-form.tsx';
import { waitingQuery } from './queries.ts';
import type { JudgedDraft } from './use-judged.ts';

interface PublishViewProps {
  readonly config: BalanceConfig;
  readonly draft: Draft;
  readonly judged: JudgedDraft;
  readonly confirmed: Confirmed;
}

export function PublishView({ config, draft, judged, confirmed }: PublishViewProps) {
  const navigate = useNavigate();
  const done = (publication: ConfigPublication) => {
    announcePublication(publication);
    if (publication.config === null) return;
    draft.discard();
    navigate({ to: '/config', search: { view: 'history' } });
  };
  return (
    <div className="changes-page">
      <Proposals config={config} />
      <Form config={config} draft={draft} judged={judged} confirmed={confirmed} onDone={done} />
    </div>
  );
}

interface FormProps extends PublishViewProps {
  readonly onDone: (publication: ConfigPublication) => void;
}

function Form({ config, draft, judged: { judged, isStale }, confirmed, onDone }: FormProps) {
  const viewer = useViewer();
  const proposed = (useQuery(waitingQuery).data ?? []).map(({ summary }) => objectOf(summary).sha256);
  if (judged === null || isStale) return <Loading lines={8} label="Checking the draft" />;
  if (judged.problems.length > 0)
    return (
      <Empty title="The draft has problems.">
        <Link to="/config" search={{ view: 'edit' }} className="button">
          To the editor
        </Link>
      </Empty>
    );
  if (judged.isSame)
    return (
      <Empty title={`There is nothing to publish: the draft says what version ${config.version} says.`}>
        <Link to="/config" search={{ view: 'edit' }} className="button">
          Change it
        </Link>
      </Empty>
    );
  if (!may(viewer, 'config:publish')) return <OnlyLook text={draft.text} />;
  return (
    <section aria-labelledby="publish-draft" className="card publish-card">
      <h2 id="publish-draft">Publish your draft</h2>
      <PublicationForm
        what={{ document: draft.text }}
        current={config}
        verb="Publish"
        confirmed={confirmed}
        proposed={proposed}
        onDone={onDone}
      />
    </section>
  );
}

function OnlyLook({ text }: { readonly text: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    announce('The draft is copied');
  };
  return (
    <Empty title="Your role does not include publishing.">
      <p>Your draft stays in this browser. Somebody who may publish can paste it into their editor.</p>
      <button type="button" className="button" onClick={copy}>
        Copy the draft
      </button>
    </Empty>
  );
}
