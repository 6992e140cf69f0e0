// Saves everything about a player as one JSON file. The export is audited.
import { useState } from 'react';
import { saveFile } from '../ui/csv.ts';
import { whole } from '../ui/format.tsx';
import { announce } from '../ui/toasts.tsx';

export function ExportPlayer({ playerId }: { readonly playerId: string }) {
  /** Null: nothing is being read. */
  const [count, setCount] = useState<number | null>(null);
  const save = async () => {
    setCount(0);
    try {
      const { readExport } = await import('./queries.ts');
      const found = await readExport(playerId, setCount);
      if (found === null) announce('Nothing was exported', 'There is no player with this ID.');
      else {
        saveFile(`${playerId.replace(/[^\w.-]/g, '_')}.json`, found.file);
        announce(`${whole(found.rows)} rows exported`, 'Take out what the player must not get.');
      }
    } catch (error) {
      announce('The export failed', error instanceof Error ? error.message : undefined);
    } finally {
      setCount(null);
    }
  };
  return (
    <button type="button" className="button" onClick={save} disabled={count !== null || playerId === ''}>
      {count === null ? 'Export as JSON' : `Reading… ${whole(count)} rows`}
    </button>
  );
}
