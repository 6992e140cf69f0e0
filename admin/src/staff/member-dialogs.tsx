// The changes of one member: add, role, limits, disable, enable.
import type { StaffMember } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { objectOf } from '../players/explain.ts';
import { configQuery } from '../players/queries.ts';
import { whole } from '../ui/format.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { rolesQuery } from './queries.ts';

interface DialogProps {
  readonly member: StaffMember;
  readonly onClose: () => void;
}

interface RoleFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function RoleField({ value, onChange }: RoleFieldProps) {
  const { data = [] } = useQuery(rolesQuery);
  const permissions = data.find(({ name }) => name === value)?.permissions ?? [];
  const manages = permissions.includes('staff:manage');
  return (
    <>
      <Field label="Role">
        {({ id }) => (
          <select
            id={id}
            className="input"
            required
            value={value}
            onChange={(event) => onChange(event.target.value)}
          >
            <option value="" disabled>
              Choose…
            </option>
            {data.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      {value !== '' && <p className="sub muted">Permits: {permissions.join(', ') || 'nothing'}.</p>}
      {manages && (
        <p className="notice notice-warn">This role changes staff: another member has to approve it.</p>
      )}
    </>
  );
}

interface AddMemberProps {
  readonly onClose: () => void;
  readonly onDone: (staffId: string) => void;
}

export function AddMember({ onClose, onDone }: AddMemberProps) {
  const [staffId, setStaffId] = useState('');
  const [role, setRole] = useState('');
  return (
    <ChangeDialog
      title="Add a member"
      verb="Add"
      name="addStaffMember"
      input={{ staffId: staffId.trim(), role }}
      onClose={onClose}
      onDone={() => onDone(staffId.trim())}
    >
      <Field label="ID" hint="The subject (“sub”) of the member’s token.">
        {({ id, describedBy }) => (
          <input
            id={id}
            className="input mono"
            required
            maxLength={255}
            value={staffId}
            onChange={(event) => setStaffId(event.target.value)}
            aria-describedby={describedBy}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
          />
        )}
      </Field>
      <RoleField value={role} onChange={setRole} />
    </ChangeDialog>
  );
}

export function AssignRole({ member, onClose }: DialogProps) {
  const [role, setRole] = useState(member.role ?? '');
  return (
    <ChangeDialog
      title={`Change the role of ${member.id}`}
      verb="Change"
      name="assignStaffRole"
      input={{ staffId: member.id, role }}
      onClose={onClose}
    >
      <RoleField value={role} onChange={setRole} />
    </ChangeDialog>
  );
}

export function Disable({ member, onClose }: DialogProps) {
  return (
    <ChangeDialog
      title={`Disable ${member.id}`}
      verb="Disable"
      isDangerous
      name="disableStaffMember"
      input={{ staffId: member.id }}
      onClose={onClose}
    >
      <p className="muted">From the answer on they do and read nothing. Role and limits stay.</p>
    </ChangeDialog>
  );
}

export function Enable({ member, onClose }: DialogProps) {
  return (
    <ChangeDialog
      title={`Enable ${member.id}`}
      verb="Enable"
      name="enableStaffMember"
      input={{ staffId: member.id }}
      onClose={onClose}
    >
      <p className="muted">With the role {member.role} and the limits that they had.</p>
    </ChangeDialog>
  );
}

const textOf = (value: number | null | undefined) =>
  value === null || value === undefined ? '' : String(value);
const numberOf = (text: string | undefined) => (text === undefined || text === '' ? null : Number(text));

interface Limited {
  readonly resource: string;
  readonly takes: boolean;
}

interface Bounds extends Limited {
  /** Of the config. */
  readonly perCall: unknown;
  readonly perDay: unknown;
}

/** What the current config says: of awards in value, and of the resources that it limits in units. */
function useConfigLimits() {
  const { data } = useQuery(configQuery(null));
  const document = objectOf(data?.document);
  const { limitPerReward, budgetPerDay } = objectOf(document.manualRewards);
  const limited = Object.entries(objectOf(document.resources)).flatMap(([resource, rule]): Bounds[] => {
    const { staffLimit, take } = objectOf(rule);
    const [given, taken] = [objectOf(staffLimit), objectOf(take)];
    return [
      ...(staffLimit ? [{ resource, takes: false, perCall: given.perReward, perDay: given.perDay }] : []),
      ...(take ? [{ resource, takes: true, perCall: taken.perCall, perDay: taken.perDay }] : []),
    ];
  });
  const defaults: Readonly<Record<string, unknown>> = {
    rewardLimit: limitPerReward,
    dailyBudget: budgetPerDay,
    ...Object.fromEntries(
      limited.flatMap((each) => [
        [`${keyOf(each)} per call`, each.perCall],
        [`${keyOf(each)} per day`, each.perDay],
      ]),
    ),
  };
  return { limited, defaults };
}

const keyOf = ({ resource, takes }: Limited) => `${takes ? 'Take' : 'Give'} ${resource}`;

export function SetLimits({ member, onClose }: DialogProps) {
  const { limited, defaults } = useConfigLimits();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() => ({
    rewardLimit: textOf(member.rewardLimit),
    dailyBudget: textOf(member.dailyBudget),
    ...Object.fromEntries(
      member.resourceLimits.flatMap((each) => [
        [`${keyOf(each)} per call`, textOf(each.perCall)],
        [`${keyOf(each)} per day`, textOf(each.perDay)],
      ]),
    ),
  }));
  const field = (name: string, label: string) => (
    <Field key={name} label={label}>
      {({ id }) => (
        <input
          id={id}
          className="input"
          type="number"
          inputMode="numeric"
          min={0}
          step={1}
          placeholder={
            typeof defaults[name] === 'number' ? `${whole(defaults[name])} (config)` : 'as in the config'
          }
          value={texts[name] ?? ''}
          onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const resources = limited.flatMap((each) => {
    const perCall = numberOf(texts[`${keyOf(each)} per call`]);
    const perDay = numberOf(texts[`${keyOf(each)} per day`]);
    const { resource, takes } = each;
    return perCall === null && perDay === null ? [] : [{ resource, takes, perCall, perDay }];
  });
  const rewardLimit = numberOf(texts.rewardLimit);
  const dailyBudget = numberOf(texts.dailyBudget);
  return (
    <ChangeDialog
      title={`Set the limits of ${member.id}`}
      verb="Set the limits"
      name="setStaffLimits"
      input={{ staffId: member.id, rewardLimit, dailyBudget, resources }}
      onClose={onClose}
    >
      <p className="muted">
        Empty: what the balance config says. Lower limits count at once; higher ones wait for another member.
      </p>
      <div className="limit-pair">
        {field('rewardLimit', 'One award, in value')}
        {field('dailyBudget', 'One day, in value')}
      </div>
      {limited.map((each) => (
        <div key={keyOf(each)} className="limit-pair">
          {field(`${keyOf(each)} per call`, `${keyOf(each)}, at once`)}
          {field(`${keyOf(each)} per day`, `${keyOf(each)}, a day`)}
        </div>
      ))}
    </ChangeDialog>
  );
}
