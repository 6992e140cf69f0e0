// One correlation ID with a button to copy it and one to follow it into a trace tab.
interface CorrelationIdProps {
  readonly label: string;
  readonly id: string;
  readonly onFollow: (id: string) => void;
}

export function CorrelationId({ label, id, onFollow }: CorrelationIdProps) {
  return (
    <p>
      <span className="note">{label}</span>
      <code title={id}>{id}</code>
      <button
        type="button"
        onClick={() => navigator.clipboard.writeText(id)}
        aria-label={`Copy correlation ID ${id}`}
      >
        Copy
      </button>
      <button type="button" onClick={() => onFollow(id)} aria-label={`Follow correlation ID ${id}`}>
        Follow
      </button>
    </p>
  );
}
