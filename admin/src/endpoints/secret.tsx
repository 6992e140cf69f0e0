// The secret of an endpoint, which an answer shows once. It is kept by nobody: not by the service, and not by this page.
import type { Endpoint } from '@onceward/client';
import { useState } from 'react';
import { DialogFrame } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';

interface SecretDialogProps {
  readonly endpoint: Endpoint;
  readonly onClose: () => void;
}

export function SecretDialog({ endpoint: { id, secret, generation }, onClose }: SecretDialogProps) {
  return (
    <DialogFrame title={`Secret ${generation} of endpoint ${id}`} onClose={onClose}>
      <div className="dialog-body">
        {secret === null ? (
          <p className="notice notice-warn">
            The answer that had the secret was lost, and it is shown once only. Make a new secret.
          </p>
        ) : (
          <>
            <p>
              Give it to the consumer, such as <code>verifyWebhook</code> of <code>@onceward/server</code>. It
              is <strong>not shown again</strong>: if it is lost, make a new one.
            </p>
            <Secret value={secret} />
          </>
        )}
        <div className="dialog-foot">
          <button type="button" className="button button-primary" onClick={onClose}>
            {secret === null ? 'Close' : 'I have stored it'}
          </button>
        </div>
      </div>
    </DialogFrame>
  );
}

function Secret({ value }: { readonly value: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return (
    <div className="secret">
      <code>{value}</code>
      <div>
        <button type="button" className="button button-small" onClick={copy}>
          <Icon name={isCopied ? 'granted' : 'copy'} size={14} />
          {isCopied ? 'Copied' : 'Copy the secret'}
        </button>
      </div>
    </div>
  );
}
