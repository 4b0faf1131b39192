import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { NARROW } from '../ui/media.js';

/** Distance to the button and to the edges of the window. */
const GAP = 4;

interface PopoverProps {
  readonly label: string;
  /** The element that it belongs to: it is shown below it, and gets the focus back. */
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A small modal dialog beside its button; a sheet on a phone. A click beside it and Esc close it. */
export function Popover({ label, anchor, onClose, children }: PopoverProps) {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    dialog.showModal();
    const place = (): void => {
      placeBelow(dialog, anchor);
    };
    place();
    addEventListener('resize', place);
    return () => {
      removeEventListener('resize', place);
      // While it is open, nothing outside can have the focus.
      dialog.close();
      if (anchor.isConnected) anchor.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="popover"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      onKeyDown={(event) => {
        // Keys of the list and of the panel stay out of it.
        event.stopPropagation();
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div class="popover-body">{children}</div>
    </dialog>
  );
}

function placeBelow(dialog: HTMLDialogElement, anchor: HTMLElement): void {
  const { style } = dialog;
  if (matchMedia(NARROW).matches) {
    style.removeProperty('left');
    style.removeProperty('top');
    return;
  }
  const button = anchor.getBoundingClientRect();
  const { width, height } = dialog.getBoundingClientRect();
  const left = Math.min(button.left, innerWidth - width - GAP);
  const below = button.bottom + GAP;
  const top = below + height < innerHeight ? below : button.top - height - GAP;
  style.left = `${String(Math.max(GAP, left))}px`;
  style.top = `${String(Math.max(GAP, Math.min(top, innerHeight - height - GAP)))}px`;
}
