// Short messages about what has just been done, which screen readers announce.
import { Toast } from '@base-ui/react/toast';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

const manager = Toast.createToastManager();

export function announce(title: string, description?: string): void {
  manager.add({ title, ...(description !== undefined && { description }) });
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <Icon name="granted" size={16} />
      <div>
        <Toast.Title className="toast-title" />
        <Toast.Description className="muted" />
      </div>
      <Toast.Close className="button-bare" aria-label="Dismiss">
        <Icon name="close" size={14} />
      </Toast.Close>
    </Toast.Root>
  ));
}
