// One field and its button, focused when the page opens. The caller decides what a search opens.
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

interface SearchFormProps {
  readonly label: string;
  readonly placeholder: string;
  readonly action: string;
  readonly icon: 'search' | 'trace';
  readonly text: string;
  readonly mono?: boolean;
  readonly maxLength?: number;
  /** Gets the text without spaces around it. */
  readonly onSearch: (text: string) => void;
}

export function SearchForm({
  label,
  placeholder,
  action,
  icon,
  text,
  mono = false,
  maxLength,
  onSearch,
}: SearchFormProps) {
  const fieldId = useId();
  const field = useRef<HTMLInputElement>(null);
  const [value, setValue] = useState(text);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(value.trim());
  };
  return (
    <search>
      <form className="search" onSubmit={submit}>
        <label htmlFor={fieldId} className="visually-hidden">
          {label}
        </label>
        <span className="search-icon">
          <Icon name={icon} />
        </span>
        <input
          id={fieldId}
          ref={field}
          className={mono ? 'input mono' : 'input'}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={maxLength}
        />
        <button type="submit" className="button button-primary" disabled={value.trim() === ''}>
          {action}
        </button>
      </form>
    </search>
  );
}
