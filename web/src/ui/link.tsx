import type { ComponentChildren } from 'preact';
import { useApp } from './context.js';

interface LinkProps {
  to: string;
  class?: string;
  label?: string;
  children: ComponentChildren;
}

/** A link within the page. The browser handles clicks with modifier keys. */
export function Link({ to, label, children, ...props }: LinkProps) {
  const { router } = useApp();
  return (
    <a
      href={to}
      aria-label={label}
      {...props}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        router.go(to);
      }}
    >
      {children}
    </a>
  );
}
