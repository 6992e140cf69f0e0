// A draft of a version that is no longer current: what was published since, and what to do with the draft.
import type { BalanceConfig } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { canonicalJson } from '../../../src/config/json.ts';
import { configQuery } from '../players/queries.ts';
import { Moment } from '../ui/format.tsx';
import { Loading } from '../ui/states.tsx';
import { announce } from '../ui/toasts.tsx';
import { arrange } from './arrange.ts';
import { type Draft, forgetDraft, outdatedDraft, type StoredDraft } from './draft.ts';
import { mergeDocuments } from './merge.ts';
import { describeQuery } from './queries.ts';
import { SCHEMA } from './schema.ts';
import { Changes, countsText } from './sentences.tsx';

interface OutdatedProps {
  readonly config: BalanceConfig;
  readonly draft: Draft;
}

export function OutdatedDraft({ config, draft }: OutdatedProps) {
  const [old, setOld] = useState(() => remaining(config));
  if (old === null) return null;
  const forget = () => {
    forgetDraft(old.version);
    setOld(remaining(config));
  };
  return <Outdated key={old.version} old={old} config={config} draft={draft} onEnd={forget} />;
}

/** A draft that says what was published since is done. */
function remaining(config: BalanceConfig): StoredDraft | null {
  for (let old = outdatedDraft(config.version); old !== null; old = outdatedDraft(config.version)) {
    const document = parsed(old.text);
    if (document === undefined || canonicalJson(document) !== canonicalJson(config.document)) return old;
    forgetDraft(old.version);
  }
  return null;
}

interface Props extends OutdatedProps {
  readonly old: StoredDraft;
  readonly onEnd: () => void;
}

function Outdated({ old, config, draft, onEnd }: Props) {
  const before = useQuery(configQuery(old.version)).data ?? null;
  const document = useMemo(() => parsed(old.text), [old.text]);
  const documents = before && { current: before.document, next: config.document };
  const since = useQuery(describeQuery(documents)).data;
  const carry = () => {
    if (before === null || document === undefined) return;
    const merged = mergeDocuments({ base: before.document, draft: document, newer: config.document });
    draft.set(arrange(merged.document, SCHEMA));
    onEnd();
    const { length } = merged.conflicts;
    announce(
      `Your draft now changes version ${config.version}`,
      length === 0 ? undefined : `Both changed ${merged.conflicts.join(', ')}; yours is kept.`,
    );
  };
  return (
    <section className="notice notice-warn outdated" aria-label="A draft of an earlier version">
      <p>
        <strong>
          Version {config.version} was published by {config.publishedBy} since you began your draft
        </strong>{' '}
        of version {old.version} (<Moment at={old.savedAt} />
        ).
      </p>
      {since === undefined ? (
        <Loading lines={2} label="Comparing the versions" />
      ) : (
        <details>
          <summary>What it changed: {countsText(since)}</summary>
          <Changes sentences={since} documents={[config.document, before?.document]} level={3} />
        </details>
      )}
      {document === undefined && <p>The draft is not valid JSON, so it cannot be carried over by itself.</p>}
      <div className="notice-actions">
        <button
          type="button"
          className="button"
          onClick={carry}
          disabled={before === null || document === undefined || draft.isChanged}
        >
          Carry my changes over
        </button>
        <button type="button" className="button-link" onClick={onEnd}>
          Discard that draft
        </button>
      </div>
      {draft.isChanged && (
        <p className="sub">There is a draft of version {config.version} as well. Discard one of them.</p>
      )}
    </section>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
