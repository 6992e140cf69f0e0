// What a player may ask for by law: everything about them as a file, and to be erased. Shown to those who may do either.
import { Link } from '@tanstack/react-router';
import { ExportPlayer } from '../erasures/export-player.tsx';
import { may, useViewer } from '../session/staff.ts';

export function PersonalData({ playerId }: { readonly playerId: string }) {
  const viewer = useViewer();
  const canExport = may(viewer, 'player:export');
  const canErase = may(viewer, 'player:erase') && may(viewer, 'staff:read');
  if (!canExport && !canErase) return null;
  return (
    <section className="card" aria-labelledby="personal-data">
      <h2 id="personal-data">Personal data</h2>
      <div className="actions">
        {canExport && <ExportPlayer playerId={playerId} />}
        {canErase && (
          <Link to="/erasures" search={{ player: playerId }} className="button">
            Erase…
          </Link>
        )}
      </div>
    </section>
  );
}
