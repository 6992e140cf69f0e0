// A draft of the balance config, which stays in this browser: one for each version that it began from.
import { useCallback, useEffect, useState } from 'react';

export interface StoredDraft {
  /** The version that it changes. */
  readonly version: number;
  readonly text: string;
  /** ISO 8601. */
  readonly savedAt: string;
}

const PREFIX = 'onceward:config-draft:';

function read(version: number): StoredDraft | null {
  try {
    const stored = JSON.parse(localStorage.getItem(`${PREFIX}${version}`) ?? 'null') as StoredDraft | null;
    return typeof stored?.text === 'string' ? { ...stored, version } : null;
  } catch {
    return null;
  }
}

export function forgetDraft(version: number): void {
  localStorage.removeItem(`${PREFIX}${version}`);
}

/** False: the browser has no room for it. */
function keep({ version, ...draft }: StoredDraft): boolean {
  try {
    localStorage.setItem(`${PREFIX}${version}`, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** The newest draft of a version before this one. */
export function outdatedDraft(version: number): StoredDraft | null {
  const versions = Object.keys(localStorage).flatMap((key) =>
    key.startsWith(PREFIX) ? [Number(key.slice(PREFIX.length))] : [],
  );
  const newest = Math.max(...versions.filter((each) => each < version), 0);
  return newest === 0 ? null : read(newest);
}

export interface Draft {
  readonly text: string;
  readonly isChanged: boolean;
  /** When it was kept; null: there is no draft, or the browser cannot keep it. */
  readonly savedAt: string | null;
  /** It was found when the page opened. */
  readonly isRestored: boolean;
  readonly set: (text: string) => void;
  readonly discard: () => void;
}

/** `published`: the text of the version. A draft that is equal to it is none. */
export function useDraft(version: number, published: string): Draft {
  const [found] = useState(() => read(version));
  const [text, setText] = useState(found?.text ?? published);
  const [savedAt, setSavedAt] = useState(found?.savedAt ?? null);
  const set = useCallback(
    (changed: string) => {
      setText(changed);
      if (changed === published) {
        forgetDraft(version);
        setSavedAt(null);
        return;
      }
      const now = new Date().toISOString();
      setSavedAt(keep({ version, text: changed, savedAt: now }) ? now : null);
    },
    [version, published],
  );
  // Another tab changed the same draft: the one that was written last is kept, and shown in both.
  useEffect(() => {
    const follow = (event: StorageEvent) => {
      if (event.key !== `${PREFIX}${version}`) return;
      const other = read(version);
      setText(other?.text ?? published);
      setSavedAt(other?.savedAt ?? null);
    };
    addEventListener('storage', follow);
    return () => removeEventListener('storage', follow);
  }, [version, published]);
  return {
    text,
    isChanged: text !== published,
    savedAt,
    isRestored: found !== null,
    set,
    discard: useCallback(() => set(published), [set, published]),
  };
}
