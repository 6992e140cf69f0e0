// The search palette: ⌘K or Ctrl+K, or / where no field has the focus. It goes to a page, a player or a trace. It sends nothing
// by itself: a search across players is audited, so a person decides to make it.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useViewer } from '../session/staff.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { mayOpen, PAGES } from './pages.ts';

interface Entry {
  readonly id: string;
  readonly icon: IconName;
  readonly title: string;
  readonly about: string;
  readonly go: () => void;
}

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

function useShortcut(open: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isChord = event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey);
      const inField = (event.target as Element).closest(
        'input, textarea, select, [contenteditable], .monaco-editor',
      );
      if (!isChord && (event.key !== '/' || inField)) return;
      event.preventDefault();
      open();
    };
    document.addEventListener('keydown', onKey, { capture: true });
    return () => document.removeEventListener('keydown', onKey, { capture: true });
  }, [open]);
}

function useEntries(text: string): Entry[] {
  const navigate = useNavigate();
  const viewer = useViewer();
  const permissions = viewer.kind === 'staff' ? viewer.member.permissions : null;
  const open = PAGES.filter((page) => mayOpen(page, permissions));
  const isOpen = (path: string) => open.some((page) => page.path === path);
  const wanted = text.trim();
  const pages = open.map(({ path, title, icon, about }) => ({
    id: path,
    icon,
    title,
    about,
    go: () => navigate({ to: path, search: {} }),
  }));
  if (wanted === '') return pages;
  const matching = pages.filter(({ title }) => title.toLowerCase().includes(wanted.toLowerCase()));
  const searches: Entry[] = [];
  if (isOpen('/players'))
    searches.push(
      {
        id: 'search',
        icon: 'search',
        title: `Find players by “${wanted}”`,
        about: 'Beginning of an ID, claim key, order, claim ID or correlation ID',
        go: () => navigate({ to: '/players', search: { q: wanted } }),
      },
      {
        id: 'player',
        icon: 'players',
        title: `Open the player “${wanted}”`,
        about: 'By their whole ID',
        go: () => navigate({ to: '/players/$playerId', params: { playerId: wanted } }),
      },
    );
  if (isOpen('/trace'))
    searches.push({
      id: 'trace',
      icon: 'trace',
      title: `Trace “${wanted}”`,
      about: 'Correlation ID, claim ID, claim key or ticket',
      go: () => navigate({ to: '/trace', search: { id: wanted } }),
    });
  return [...matching, ...searches];
}

export function Palette() {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const entries = useEntries(text);
  useShortcut(() => setOpen(true));
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setText('');
  };
  const choose = (entry: Entry) => {
    change(false);
    entry.go();
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={change}>
      <Dialog.Trigger className="search-trigger">
        <Icon name="search" size={16} />
        <span>Search or go to…</span>
        <kbd>{isApple ? '⌘K' : 'Ctrl K'}</kbd>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="palette" aria-label="Search">
          <Autocomplete.Root
            open
            inline
            items={entries}
            value={text}
            onValueChange={(value) => setText(value)}
            itemToStringValue={({ title }: Entry) => title}
            mode="none"
            autoHighlight="always"
          >
            <div className="palette-field">
              <Icon name="search" />
              <Autocomplete.Input
                className="palette-input"
                placeholder="A page, a player, a key, an ID…"
                aria-label="Search"
              />
            </div>
            <Autocomplete.List className="palette-list">
              {(entry: Entry) => (
                <Autocomplete.Item
                  key={entry.id}
                  value={entry}
                  className="palette-item"
                  onClick={() => choose(entry)}
                >
                  <Icon name={entry.icon} />
                  <span className="palette-text">
                    <span>{entry.title}</span>
                    <span className="muted">{entry.about}</span>
                  </span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
