import { useEffect, useRef, useState } from 'preact/hooks';

/** A dragged row, and its place among the others if it is dropped now. */
export interface Drag {
  readonly id: string;
  readonly place: number;
}

export interface DragOptions {
  readonly isEnabled: boolean;
  readonly rowHeight: number;
  readonly count: number;
  readonly placeOf: (id: string) => number;
  readonly onDrop: (drag: Drag) => void;
}

/** Lets a row be dragged by the mouse, or by a finger that rests on it first. Esc ends it. */
export function useRowDrag(list: { readonly current: HTMLElement | null }, options: DragOptions): Drag | undefined {
  const [drag, setDrag] = useState<Drag>();
  const current = useRef(options);
  current.current = options;
  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    let end = (): void => undefined;
    let watch: typeof import('./drag-pointer.js').watch | undefined;
    // Loaded after the first rows are shown, long before anybody drags one.
    void import('./drag-pointer.js').then(
      (module) => (watch = module.watch),
      () => undefined,
    );
    const onPointerDown = (event: PointerEvent): void => {
      const row = (event.target as Element).closest<HTMLElement>('[data-id]');
      const isControl = (event.target as Element).closest('input, a, button:not(.name)') !== null;
      if (!current.current.isEnabled || event.button !== 0 || row === null || isControl) return;
      if (watch) end = watch(row, event, current, setDrag);
    };
    element.addEventListener('pointerdown', onPointerDown);
    return () => {
      element.removeEventListener('pointerdown', onPointerDown);
      end();
    };
  }, []);
  return drag;
}
