// Roles: a matrix of what each permits, and their changes.
import type { Role } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { may, useViewer } from '../session/staff.ts';
import { whole } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { aboutPermission, PERMISSIONS } from './permissions.ts';
import { rolesQuery } from './queries.ts';

type Open = { readonly kind: 'create' } | { readonly kind: 'change' | 'delete'; readonly role: Role };

export function Roles() {
  const { data, error, isPending, refetch } = useQuery(rolesQuery);
  const viewer = useViewer();
  const [open, setOpen] = useState<Open | null>(null);
  const manages = may(viewer, 'staff:manage');
  if (isPending) return <Loading lines={16} label="Loading the roles" />;
  if (error) return <Failure error={error} onRetry={refetch} />;
  const strange = data.filter(({ unknownPermissions }) => unknownPermissions.length > 0);
  const close = () => setOpen(null);
  return (
    <section aria-label="Roles">
      {strange.map(({ name, unknownPermissions }) => (
        <p key={name} className="notice notice-warn role-notice">
          The role {name} holds {unknownPermissions.join(', ')}, which this version does not know. It permits
          nothing, and goes with the next change of the role.
        </p>
      ))}
      <TableScroll label="What each role permits" isCard>
        <Matrix roles={data} manages={manages} onOpen={setOpen} />
      </TableScroll>
      {manages && (
        <button type="button" className="button audit-more" onClick={() => setOpen({ kind: 'create' })}>
          Make a role
        </button>
      )}
      {open?.kind === 'create' && <CreateRole onClose={close} />}
      {open?.kind === 'change' && <ChangeRole role={open.role} onClose={close} />}
      {open?.kind === 'delete' && (
        <ChangeDialog
          title={`Delete the role ${open.role.name}`}
          verb="Delete"
          isDangerous
          name="deleteRole"
          input={{ name: open.role.name }}
          onClose={close}
        >
          <p className="muted">Nobody has it.</p>
        </ChangeDialog>
      )}
    </section>
  );
}

interface MatrixProps {
  readonly roles: readonly Role[];
  readonly manages: boolean;
  readonly onOpen: (open: Open) => void;
}

function Matrix({ roles, manages, onOpen }: MatrixProps) {
  return (
    <table className="changes-table matrix">
      <caption className="visually-hidden">What each role permits</caption>
      <thead>
        <tr>
          <th scope="col">Permission</th>
          {roles.map((role) => (
            <th key={role.name} scope="col" className="matrix-role">
              {role.name}
              <span className="sub muted">
                {role.members === 1 ? '1 member' : `${whole(role.members)} members`}
              </span>
              {role.proposalId !== null && <span className="badge badge-warn">change waits</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {PERMISSIONS.map((permission) => (
          <tr key={permission}>
            <th scope="row">
              {permission}
              <span className="sub muted">{aboutPermission(permission)}</span>
            </th>
            {roles.map(({ name, permissions }) => (
              <td key={name} className="matrix-cell">
                {permissions.includes(permission) ? (
                  <>
                    <Icon name="granted" size={16} />
                    <span className="visually-hidden">yes</span>
                  </>
                ) : (
                  <span className="visually-hidden">no</span>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {manages && <Foot roles={roles} onOpen={onOpen} />}
    </table>
  );
}

function Foot({ roles, onOpen }: Omit<MatrixProps, 'manages'>) {
  return (
    <tfoot>
      <tr>
        <th scope="row">
          <span className="visually-hidden">Change</span>
        </th>
        {roles.map((role) => (
          <td key={role.name} className="matrix-cell">
            <button
              type="button"
              className="button-link"
              aria-label={`Change ${role.name}`}
              onClick={() => onOpen({ kind: 'change', role })}
            >
              Change
            </button>
            {role.members === 0 && role.name !== 'admin' && (
              <button
                type="button"
                className="button-link"
                aria-label={`Delete ${role.name}`}
                onClick={() => onOpen({ kind: 'delete', role })}
              >
                Delete
              </button>
            )}
          </td>
        ))}
      </tr>
    </tfoot>
  );
}

interface PermissionFieldsProps {
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
}

function PermissionFields({ value, onChange }: PermissionFieldsProps) {
  const toggle = (permission: string) =>
    onChange(
      value.includes(permission) ? value.filter((each) => each !== permission) : [...value, permission],
    );
  return (
    <fieldset className="checks">
      <legend>Permits</legend>
      {PERMISSIONS.map((permission) => (
        <label key={permission} className="check">
          <input type="checkbox" checked={value.includes(permission)} onChange={() => toggle(permission)} />
          <span>
            {permission}
            <span className="sub muted">{aboutPermission(permission)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function CreateRole({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<readonly string[]>(['ledger:read']);
  return (
    <ChangeDialog
      title="Make a role"
      verb="Make"
      name="createRole"
      input={{ name, permissions }}
      onClose={onClose}
    >
      <Field label="Name" hint="a–z, 0–9 and _, beginning with a letter.">
        {({ id, describedBy }) => (
          <input
            id={id}
            className="input mono"
            required
            pattern="[a-z][a-z0-9_]{0,63}"
            value={name}
            onChange={(event) => setName(event.target.value)}
            aria-describedby={describedBy}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
          />
        )}
      </Field>
      <PermissionFields value={permissions} onChange={setPermissions} />
    </ChangeDialog>
  );
}

function ChangeRole({ role, onClose }: { readonly role: Role; readonly onClose: () => void }) {
  const [permissions, setPermissions] = useState<readonly string[]>(role.permissions);
  const added = permissions.filter((each) => !role.permissions.includes(each));
  const removed = role.permissions.filter((each) => !permissions.includes(each));
  return (
    <ChangeDialog
      title={`Change the role ${role.name}`}
      verb="Change"
      isDangerous={removed.length > 0}
      name="changeRole"
      input={{ name: role.name, permissions }}
      onClose={onClose}
    >
      <PermissionFields value={permissions} onChange={setPermissions} />
      <p className="notice">
        {added.length + removed.length === 0 && 'Nothing changes.'}
        {added.length > 0 && `Adds ${added.join(', ')}. `}
        {removed.length > 0 && `Takes away ${removed.join(', ')}. `}
        {role.members > 0 &&
          `It concerns ${role.members === 1 ? '1 member' : `${whole(role.members)} members`}.`}
      </p>
    </ChangeDialog>
  );
}
