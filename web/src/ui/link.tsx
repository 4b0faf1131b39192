import type { ComponentChildren } from 'preact';
import { useApp } from './context.js';

interface LinkProps {
  to: string;
  id?: string;
  class?: string;
  label?: string;
  /** Whether the page shows it. */
  isCurrent?: boolean;
  /** Follows the link; unset: by a new entry in the history. */
  go?: ((to: string) => void) | undefined;
  onKeyDown?: (event: KeyboardEvent) => void;
  children: ComponentChildren;
}

/** A link within the page. The browser handles clicks with modifier keys. */
export function Link({ to, label, isCurrent, go, children, ...props }: LinkProps) {
  const { router } = useApp();
  return (
    <a
      href={to}
      aria-label={label}
      aria-current={isCurrent === true ? 'page' : undefined}
      draggable={false}
      {...props}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        if (go) go(to);
        else router.go(to);
      }}
    >
      {children}
    </a>
  );
}
