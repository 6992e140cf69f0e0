// Who has seen an alarm, and the dialog in which a staff member says so.
import type { Alarm } from '@onceward/client';
import { useState } from 'react';
import { type Ask, ConfirmDialog } from '../records/confirm-dialog.tsx';
import { may, useViewer } from '../session/staff.ts';
import { Moment } from '../ui/format.tsx';
import { refreshAlarms } from './queries.ts';
import { subjectOf, WORDS } from './words.tsx';

export function Acknowledged({ alarm }: { readonly alarm: Alarm }) {
  const canAcknowledge = may(useViewer(), 'alarm:acknowledge') && alarm.clearedAt === null;
  const [isOpen, setOpen] = useState(false);
  const { acknowledged } = alarm;
  if (!acknowledged && !canAcknowledge) return null;
  return (
    <div className="alarm-seen">
      {acknowledged && (
        <p>
          <span className="badge badge-good">seen</span> by <strong>{acknowledged.by}</strong>,{' '}
          <Moment at={acknowledged.at} />: {acknowledged.note}
        </p>
      )}
      {canAcknowledge && (
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {acknowledged ? 'I look at it now…' : 'I have seen it…'}
        </button>
      )}
      {isOpen && <ConfirmDialog ask={askOf(alarm)} onClose={() => setOpen(false)} onDone={refreshAlarms} />}
    </div>
  );
}

function askOf(alarm: Alarm): Ask<'acknowledgeAlarm'> {
  return {
    name: 'acknowledgeAlarm',
    title: `${WORDS[alarm.kind].title}: ${subjectOf(alarm)}`,
    verb: 'I have seen it',
    about: <p>Others see that you look at it. The alarm stays open until its cause is gone.</p>,
    asksReason: true,
    kept: 'What you do about it: it is shown with the alarm.',
    inputOf: (note) => ({ alarmId: alarm.id, note }),
    saidOf: () => 'seen',
  };
}
