import { preventNextClick } from '../ui/next-click.js';

/** Distance after which a pressed mouse drags, in pixels. */
const DRAG_AFTER = 6;
/** Time after which a resting finger drags. */
const LONG_PRESS_MS = 400;
/** Distance from the edge of the window in which dragging scrolls, in pixels. */
const SCROLL_EDGE = 72;
const SCROLL_STEP = 12;

/** A dragged row, and its place among the others if it is dropped now. */
export interface Drag {
  readonly id: string;
  readonly place: number;
}

export interface DragOptions {
  readonly canDrag: (id: string) => boolean;
  readonly rowHeight: number;
  readonly count: number;
  readonly placeOf: (id: string) => number;
  readonly onDrop: (drag: Drag) => void;
  /** Runs when a finger that rested on a row leaves it where it was. */
  readonly onHold: (id: string) => void;
}

/** Follows a pressed pointer until it is released. Returns a function that ends it. */
export function watch(
  row: HTMLElement,
  { pointerId, pointerType, clientX, clientY }: PointerEvent,
  options: { readonly current: DragOptions },
  setDrag: (drag: Drag | undefined) => void,
): () => void {
  const id = row.dataset['id'] ?? '';
  const start = { x: clientX, y: clientY, scroll: scrollY };
  const from = options.current.placeOf(id);
  let state: 'pressed' | 'dragging' | 'ended' = 'pressed';
  let y = clientY;
  let place = from;
  let frame = 0;
  let isMoved = false;
  const listeners = new AbortController();
  const { signal } = listeners;

  const begin = (): void => {
    state = 'dragging';
    row.classList.add('is-dragged');
    getSelection()?.removeAllRanges();
    frame = requestAnimationFrame(scroll);
    // Of one that can't be dragged too: its element stays its own while the list scrolls.
    setDrag({ id, place });
  };
  const move = (): void => {
    if (!options.current.canDrag(id)) return;
    isMoved = true;
    const { rowHeight, count } = options.current;
    // Inside of the list: beyond it, the row would make the document longer, and scrolling would have no end.
    const rows = Math.max(-from, Math.min(count - 1 - from, (y - start.y + scrollY - start.scroll) / rowHeight));
    row.style.setProperty('translate', `0 ${String(rows * rowHeight)}px`);
    const now = from + Math.round(rows);
    if (now === place) return;
    place = now;
    setDrag({ id, place });
  };
  const scroll = (): void => {
    if (state !== 'dragging') return;
    const step = y < SCROLL_EDGE ? -SCROLL_STEP : y > innerHeight - SCROLL_EDGE ? SCROLL_STEP : 0;
    if (step !== 0) {
      scrollBy(0, step);
      move();
    }
    frame = requestAnimationFrame(scroll);
  };
  const end = (isDropped = false): void => {
    if (state === 'ended') return;
    const wasDragging = state === 'dragging';
    state = 'ended';
    listeners.abort();
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    row.classList.remove('is-dragged');
    row.style.removeProperty('translate');
    setDrag(undefined);
    if (!wasDragging) return;
    // The name below the pointer does not open.
    preventNextClick();
    if (!isDropped) return;
    if (place !== from) options.current.onDrop({ id, place });
    else if (pointerType !== 'mouse' && !isMoved) options.current.onHold(id);
  };
  const timer =
    pointerType === 'mouse'
      ? undefined
      : setTimeout(() => {
          if (state === 'pressed') begin();
        }, LONG_PRESS_MS);

  const onMove = (event: PointerEvent): void => {
    if (event.pointerId !== pointerId) return;
    y = event.clientY;
    const distance = Math.hypot(event.clientX - start.x, y - start.y);
    if (state === 'pressed' && distance > DRAG_AFTER) {
      if (pointerType === 'mouse') begin();
      else end();
    }
    if (state === 'dragging' && (isMoved || distance > DRAG_AFTER)) move();
  };
  addEventListener('pointermove', onMove, { signal });
  const onUp = (): void => {
    end(true);
  };
  const onCancel = (): void => {
    end();
  };
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') end();
  };
  addEventListener('pointerup', onUp, { signal });
  addEventListener('pointercancel', onCancel, { signal });
  addEventListener('keydown', onKeyDown, { signal });
  // A finger that drags does not scroll, and its long press opens no menu.
  const prevent = (event: Event): void => {
    if (state === 'dragging') event.preventDefault();
  };
  row.addEventListener('touchmove', prevent, { signal, passive: false });
  addEventListener('contextmenu', prevent, { signal });
  addEventListener('selectstart', prevent, { signal });
  return end;
}
