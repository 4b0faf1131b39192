import { useLayoutEffect, useState } from 'preact/hooks';

/** Space above and below the window in which rows are drawn too, in pixels. */
const MARGIN = 400;
/** Rows by which the drawn range moves, so that not every step of scrolling draws. */
const STEP = 8;
/** Rows of the first drawing, when nothing is measured yet. */
const FIRST_ROWS = 40;

/** The items from `from` up to, but not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Returns the last item that begins at or above `y`. @param tops Where each item begins, and where the last one ends. */
export function itemAt(tops: ArrayLike<number>, y: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Returns the items near the visible part, which begins at `y` of the list. */
export function rangeAt(tops: ArrayLike<number>, y: number, height: number): Range {
  const count = tops.length - 1;
  const from = Math.floor(itemAt(tops, y - MARGIN) / STEP) * STEP;
  const to = Math.ceil((itemAt(tops, y + height + MARGIN) + 1) / STEP) * STEP;
  return { from: Math.max(0, Math.min(from, count)), to: Math.max(0, Math.min(to, count)) };
}

/** Returns the items to draw: those near the window. */
export function useRange(element: { readonly current: HTMLElement | null }, tops: ArrayLike<number>): Range {
  const [range, setRange] = useState<Range>({ from: 0, to: FIRST_ROWS });
  useLayoutEffect(() => {
    const update = (): void => {
      const top = element.current?.getBoundingClientRect().top;
      if (top === undefined) return;
      const now = rangeAt(tops, -top, innerHeight);
      setRange((before) => (before.from === now.from && before.to === now.to ? before : now));
    };
    update();
    addEventListener('scroll', update, { passive: true });
    addEventListener('resize', update);
    return () => {
      removeEventListener('scroll', update);
      removeEventListener('resize', update);
    };
  }, [tops]);
  return range;
}

/** Heights of rows and headings in pixels. The styles define them in units of the text's size. */
export interface Heights {
  readonly row: number;
  readonly heading: number;
}

/** Returns the heights as measured at an element whose height and width they are. */
export function useHeights(probe: { readonly current: HTMLElement | null }): Heights {
  const [heights, setHeights] = useState<Heights>({ row: 48, heading: 56 });
  useLayoutEffect(() => {
    const element = probe.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const { offsetHeight: row, offsetWidth: heading } = element;
      setHeights((before) => (before.row === row && before.heading === heading ? before : { row, heading }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return heights;
}
