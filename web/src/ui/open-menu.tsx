import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.js';

export interface MenuItem {
  readonly label: string;
  /** Path of its icon. */
  readonly icon: string;
  readonly run: () => void;
  readonly isDanger?: boolean;
}

/** Distance of the menu from its button and from the edge of the window, in pixels. */
const GAP = 4;

interface MenuProps {
  id: string;
  label: string;
  items: readonly MenuItem[];
  /** The item that gets the focus. */
  first: 'first' | 'last';
  button: HTMLElement | null;
  onClose: () => void;
}

/** An open menu; its button may be anywhere. */
export function Menu({ id, label, items, first, button, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const entries = (): HTMLElement[] => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];

  useLayoutEffect(() => {
    if (menu.current && button) place(menu.current, button.getBoundingClientRect());
    entries()
      .at(first === 'first' ? 0 : -1)
      ?.focus();
  }, []);
  useEffect(() => {
    const onPointerDown = ({ target }: Event): void => {
      if (!menu.current?.contains(target as Node) && !button?.contains(target as Node)) onClose();
    };
    addEventListener('pointerdown', onPointerDown);
    addEventListener('resize', onClose);
    return () => {
      removeEventListener('pointerdown', onPointerDown);
      removeEventListener('resize', onClose);
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = entries();
    const here = all.indexOf(document.activeElement as HTMLElement);
    const to = (place: number): void => {
      all.at(place % all.length)?.focus();
    };
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown') to(here + 1);
    else if (event.key === 'ArrowUp') to(here - 1);
    else if (event.key === 'Home') to(0);
    else if (event.key === 'End') to(-1);
    else if (event.key === 'Escape' || event.key === 'Tab') {
      button?.focus();
      onClose();
      // Tab goes on from the button.
      if (event.key === 'Tab') return;
    } else if (event.key.length === 1 && event.key !== ' ') {
      const letter = event.key.toLowerCase();
      const starts = (item: HTMLElement): boolean => item.textContent.trim().toLowerCase().startsWith(letter);
      [...all.slice(here + 1), ...all.slice(0, here + 1)].find(starts)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={menu} id={id} class="menu" role="menu" aria-label={label} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={`menu-item${item.isDanger === true ? ' danger' : ''}`}
          onClick={() => {
            // First the focus: what the item opens returns it to the button.
            button?.focus();
            onClose();
            item.run();
          }}
        >
          <Icon path={item.icon} />
          {item.label}
        </button>
      ))}
    </div>
  );
}

/** Puts the menu below its button, or above it where there is no space. */
function place(menu: HTMLElement, button: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect();
  const below = button.bottom + GAP;
  const fitsBelow = below + height <= innerHeight - GAP;
  const top = fitsBelow ? below : Math.max(GAP, button.top - GAP - height);
  const left = Math.min(Math.max(GAP, button.right - width), document.documentElement.clientWidth - width - GAP);
  menu.style.insetBlockStart = `${String(top)}px`;
  menu.style.insetInlineStart = `${String(Math.max(GAP, left))}px`;
}
