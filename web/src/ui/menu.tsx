import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { Lazy } from './lazy.js';
import type { MenuItem } from './open-menu.js';

export type { MenuItem };

interface MenuButtonProps {
  /** Name of the button and of its menu. */
  label: string;
  class: string;
  items: readonly MenuItem[];
  children: ComponentChildren;
}

/**
 * A button that opens a menu, by the pattern of WAI-ARIA: arrows, Home, End and the first letter of an item move, Esc
 * and Tab close it.
 */
export function MenuButton({ label, items, children, class: className }: MenuButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const [first, setFirst] = useState<'first' | 'last'>('first');
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const open = (at: 'first' | 'last'): void => {
    setFirst(at);
    setOpen(true);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => {
          if (isOpen) setOpen(false);
          else open('first');
        }}
        onKeyDown={(event) => {
          if (event.altKey || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
          event.preventDefault();
          event.stopPropagation();
          open(event.key === 'ArrowDown' ? 'first' : 'last');
        }}
      >
        {children}
      </button>
      {isOpen && (
        <Lazy
          load={async () => (await import('./open-menu.js')).Menu}
          id={id}
          label={label}
          items={items}
          first={first}
          button={button.current}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}
