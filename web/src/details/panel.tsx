import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useMedia } from '../ui/media.js';
import { runSoon } from '../ui/rendering.js';

/** Windows in which the list and the panel have no room side by side; `tasks.css` says the same. */
const TOO_NARROW = '(max-width: 63.99rem)';

interface PanelProps {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A panel beside the list, or a sheet over all of it in a narrow window. Esc closes it. */
export function Panel({ label, onClose, children }: PanelProps) {
  const props = { label, onClose, children };
  return useMedia(TOO_NARROW) ? <Sheet {...props} /> : <SidePanel {...props} />;
}

function SidePanel({ label, onClose, children }: PanelProps) {
  const element = useRef<HTMLElement>(null);
  useFieldsCommitted(element);
  useLayoutEffect(() => {
    // It forces a layout.
    runSoon(() => {
      element.current?.focus();
    });
  }, []);
  return (
    <aside ref={element} class="details" aria-label={label} tabIndex={-1} onKeyDown={onEscape(onClose)}>
      {children}
    </aside>
  );
}

function Sheet({ label, onClose, children }: PanelProps) {
  const element = useRef<HTMLDialogElement>(null);
  useFieldsCommitted(element);
  useLayoutEffect(() => {
    const sheet = element.current;
    sheet?.showModal();
    sheet?.focus();
    return () => {
      // While it is open, no row can have the focus.
      sheet?.close();
      // What had the focus before may be gone. The list keeps its place.
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="details is-sheet"
      aria-label={label}
      tabIndex={-1}
      onCancel={(event) => {
        if (event.target !== element.current) return;
        event.preventDefault();
        onClose();
      }}
      onKeyDown={onEscape(onClose)}
    >
      {children}
    </dialog>
  );
}

function onEscape(onClose: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
}

/** Lets the field with the focus save its text before it disappears, whatever closes the panel. */
function useFieldsCommitted(element: { current: HTMLElement | null }): void {
  useLayoutEffect(
    () => () => {
      const { activeElement } = document;
      if (activeElement instanceof HTMLElement && element.current?.contains(activeElement)) activeElement.blur();
    },
    [],
  );
}
