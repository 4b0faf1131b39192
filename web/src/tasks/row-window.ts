import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Heading } from './headings.js';

/** Space above and below the window in which rows are drawn too, in pixels. */
const MARGIN = 240;
/** Rows by which the drawn range moves, so that not every step of scrolling draws. */
const STEP = 4;
/** Rows of the first drawing, when nothing is measured yet. */
const FIRST_ROWS = 24;
/** Number of new rows that are drawn at once at first, and at most. */
const FEW_ROWS = 5;
const MOST_ROWS = 40;
/** Time in which the rows that are drawn at once should be in the window. */
const DRAWING_MS = 32;

/** Heights of rows and headings in pixels. The styles define them in units of the text's size. */
export interface Heights {
  readonly row: number;
  readonly heading: number;
}

/** Where rows and headings are: all rows have one height, and so have all headings. */
export class Places {
  readonly #count: number;
  readonly #headings: readonly Heading[];
  readonly #heights: Heights;

  constructor(count: number, headings: readonly Heading[], heights: Heights) {
    this.#count = count;
    this.#headings = headings;
    this.#heights = heights;
  }

  get height(): number {
    return this.#count * this.#heights.row + this.#headings.length * this.#heights.heading;
  }

  /** Returns where a row begins, in pixels. */
  topOf(place: number): number {
    const above = this.#headings.findIndex((heading) => heading.place > place);
    return place * this.#heights.row + (above < 0 ? this.#headings.length : above) * this.#heights.heading;
  }

  /** Returns the row at `y`, or below a heading there: the first above all, and the number of rows below all. */
  rowAt(y: number): number {
    const { row, heading } = this.#heights;
    let [from, top, next] = [0, 0, this.#count];
    for (const { place } of this.#headings) {
      const end = top + (place - from) * row + heading;
      if (end > y) {
        next = place;
        break;
      }
      [from, top] = [place, end];
    }
    return Math.max(0, Math.min(next, from + Math.floor((y - top) / row)));
  }
}

/** The rows from `from` up to, but not including, `to`; `first` is the first that is in sight. */
export interface Range {
  readonly from: number;
  readonly first: number;
  readonly to: number;
}

/** Returns the rows near the visible part, which begins at `y` of the list. */
export function rangeAt(places: Places, count: number, y: number, height: number): Range {
  const from = Math.floor(places.rowAt(y - MARGIN) / STEP) * STEP;
  const to = Math.ceil((places.rowAt(y + height + MARGIN) + 1) / STEP) * STEP;
  return { from, first: places.rowAt(y), to: Math.min(to, count) };
}

/** Returns the rows to draw: those near the window. */
export function useRange(element: { readonly current: HTMLElement | null }, places: Places, count: number): Range {
  const [range, setRange] = useState<Range>({ from: 0, first: 0, to: FIRST_ROWS });
  useLayoutEffect(() => {
    const update = (): void => {
      const top = element.current?.getBoundingClientRect().top;
      if (top === undefined) return;
      const now = rangeAt(places, count, -top, innerHeight);
      setRange((before) => (before.from === now.from && before.to === now.to ? before : now));
    };
    update();
    addEventListener('scroll', update, { passive: true });
    addEventListener('resize', update);
    return () => {
      removeEventListener('scroll', update);
      removeEventListener('resize', update);
    };
  }, [places, count]);
  return range;
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

/**
 * Returns which of the rows to draw now, in order. Where many are new, those in sight come first and others follow in the
 * next frames, so that keys and clicks never wait for all: as many at once as this device draws in two frames.
 *
 * @param always Rows that are drawn wherever they are.
 * @param isDrawn Whether the row at that place is drawn already.
 */
export function useDrawn(
  { from, first, to }: Range,
  always: readonly number[],
  isDrawn: (place: number) => boolean,
): readonly number[] {
  const [, setPass] = useState(0);
  const size = useRef(FEW_ROWS);
  const places = new Set(always);
  let left = size.current;
  const isDrawnNow = (place: number): boolean => {
    if (isDrawn(place)) return true;
    return left-- > 0;
  };
  for (let place = first; place < to; place++) if (isDrawnNow(place)) places.add(place);
  for (let place = Math.min(first, to) - 1; place >= from; place--) if (isDrawnNow(place)) places.add(place);
  const isCut = left < 0;
  useLayoutEffect(() => {
    if (!isCut) return undefined;
    const start = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      // After the frame.
      timer = setTimeout(() => {
        const ratio = DRAWING_MS / (performance.now() - start);
        size.current = Math.round(Math.max(FEW_ROWS, Math.min(MOST_ROWS, size.current * ratio)));
        setPass((pass) => pass + 1);
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  });
  return [...places].sort((a, b) => a - b);
}

export function usePlaces(count: number, headings: readonly Heading[], heights: Heights): Places {
  return useMemo(() => new Places(count, headings, heights), [count, headings, heights]);
}
