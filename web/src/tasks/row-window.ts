import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { runSoon } from '../ui/rendering.js';
import type { Heading } from './headings.js';

/** Space above and below the window in which rows are drawn too, in pixels. */
const MARGIN = 132;
/** Rows by which the drawn range moves, so that not every step of scrolling draws. */
const STEP = 4;
/** Rows of the first drawing, when nothing is measured yet. */
const FIRST_ROWS = 24;
/** Number of new rows that are drawn at once at first, and at most. */
const FEW_ROWS = 3;
const MOST_ROWS = 40;
/** Time that drawing rows at once should take, with their layout and painting. */
const DRAWING_MS = 16;

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

/** The visible part of a list: where it begins in the list, and its height, in pixels. */
interface Seen {
  readonly y: number;
  readonly height: number;
}

/** Returns the rows to draw: those near the window. */
export function useRange(element: { readonly current: HTMLElement | null }, places: Places, count: number): Range {
  const seen = useRef<Seen>(undefined);
  const [, redraw] = useState({});
  const rangeOf = ({ y, height }: Seen): Range => rangeAt(places, count, y, height);
  const latest = useRef(rangeOf);
  latest.current = rangeOf;
  useLayoutEffect(() => {
    const list = element.current;
    if (list === null) return undefined;
    const update = (): void => {
      const now = { y: -list.getBoundingClientRect().top, height: innerHeight };
      const before = seen.current;
      seen.current = now;
      if (before === undefined || !isSameRange(latest.current(before), latest.current(now))) redraw({});
    };
    // It reports the first height and every other after the layout of a frame: to measure then forces no layout.
    const observer = new ResizeObserver(update);
    observer.observe(list);
    // After the frame, whose layout is that to measure.
    const onScroll = (): void => {
      runSoon(update);
    };
    addEventListener('scroll', onScroll, { passive: true });
    addEventListener('resize', update);
    return () => {
      observer.disconnect();
      removeEventListener('scroll', onScroll);
      removeEventListener('resize', update);
    };
  }, []);
  return seen.current === undefined ? { from: 0, first: 0, to: FIRST_ROWS } : rangeOf(seen.current);
}

function isSameRange(a: Range, b: Range): boolean {
  return a.from === b.from && a.to === b.to;
}

/** Heights as last measured: another list need not measure them, which forces a layout. */
let known: Heights | undefined;

/** Returns the heights as measured at an element whose height and width they are. */
export function useHeights(probe: { readonly current: HTMLElement | null }): Heights {
  const [heights, setHeights] = useState<Heights>(known ?? { row: 44, heading: 52 });
  useLayoutEffect(() => {
    const element = probe.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const { offsetHeight: row, offsetWidth: heading } = element;
      // It has no box: the page is printed or hidden.
      if (row === 0) return;
      if (known?.row !== row || known.heading !== heading) known = { row, heading };
      setHeights(known);
    };
    if (!known) measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return heights;
}

/** Which rows to draw in a pass. */
interface Pass {
  /** Their places, in order. */
  readonly drawn: readonly number[];
  /** Whether more passes follow. */
  readonly isPart: boolean;
}

/**
 * Returns which of the rows to draw now. Where many are new, those in sight come first and others follow in the next
 * frames, so that keys and clicks never wait for all: as many at once as this device draws in `DRAWING_MS`. Rows that
 * left the range go as gradually.
 *
 * @param always Rows that are drawn wherever they are.
 * @param before Rows that are drawn already.
 */
export function useDrawn({ from, first, to }: Range, always: readonly number[], before: ReadonlySet<number>): Pass {
  const [, setPass] = useState(0);
  const size = useRef(FEW_ROWS);
  const wasPart = useRef(false);
  const start = performance.now();
  const places = new Set(always);
  let left = size.current;
  const isDrawnNow = (place: number): boolean => before.has(place) || left-- > 0;
  for (let place = first; place < to; place++) if (isDrawnNow(place)) places.add(place);
  for (let place = Math.min(first, to) - 1; place >= from; place--) if (isDrawnNow(place)) places.add(place);
  const outside = [...before].filter((place) => place < from || place >= to);
  for (const place of outside.slice(size.current)) places.add(place);
  // Only a pass of as many rows as it may draw tells how many that should be.
  const isFull = left <= 0;
  const isCut = left < 0 || outside.length > size.current;
  const isPart = isCut || (wasPart.current && left < size.current);
  useLayoutEffect(() => {
    wasPart.current = isPart;
    if (!isPart) return undefined;
    const renderMs = performance.now() - start;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      const frameStart = performance.now();
      // After the frame.
      timer = setTimeout(() => {
        const ratio = DRAWING_MS / (renderMs + performance.now() - frameStart);
        // Fewer at once, and more only where much time is left: times vary.
        const next = size.current * (ratio > 2 ? 1.5 : Math.min(1, ratio));
        if (isFull) size.current = Math.round(Math.max(FEW_ROWS, Math.min(MOST_ROWS, next)));
        setPass((pass) => pass + 1);
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  });
  return { drawn: [...places].sort((a, b) => a - b), isPart };
}

export function usePlaces(count: number, headings: readonly Heading[], heights: Heights): Places {
  return useMemo(() => new Places(count, headings, heights), [count, headings, heights]);
}
