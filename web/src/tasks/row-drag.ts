import { useEffect, useRef, useState } from 'preact/hooks';
import type { Drag, DragOptions } from './drag-pointer.js';

/** Lets a row be dragged by the mouse, or by a finger that rests on it first, which selects it. Esc ends it. */
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
      if (event.button !== 0 || row === null || isControl) return;
      if (event.pointerType === 'mouse' && !current.current.canDrag(row.dataset['id'] ?? '')) return;
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
