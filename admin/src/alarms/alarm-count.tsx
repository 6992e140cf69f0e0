// How many alarms are open, in the navigation of every page. Only those who may read alarms ask.
import { useQuery } from '@tanstack/react-query';
import { may, useViewer } from '../session/staff.ts';
import { openAlarmsQuery } from './queries.ts';

/** 0 as long as it is not known. */
export function useOpenAlarms(): number {
  const { data } = useQuery({ ...openAlarmsQuery, enabled: may(useViewer(), 'alarm:read') });
  return data?.length ?? 0;
}

export function AlarmCount() {
  const count = useOpenAlarms();
  if (count === 0) return null;
  return (
    <span className="nav-count">
      {count > 99 ? '99+' : count}
      <span className="visually-hidden"> open</span>
    </span>
  );
}
