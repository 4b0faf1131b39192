/**
 * Text whose line breaks are chosen later, after Wadler's "A prettier printer": a group is printed on one line if it
 * fits, otherwise each of its own breaks becomes a line break. So generated files look as formatted by the usual
 * formatter, without needing one.
 */
export type Layout = string | readonly Layout[] | LayoutNode;

type LayoutNode =
  | { readonly kind: 'group'; readonly content: Layout; readonly broken: boolean }
  | { readonly kind: 'indent'; readonly content: Layout }
  | { readonly kind: 'fill'; readonly parts: readonly Layout[]; readonly from: number }
  /** A break: `flat` on one line, a new line when broken. */
  | { readonly kind: 'break'; readonly flat: string }
  /** Text that is printed only when the surrounding group is broken. */
  | { readonly kind: 'when-broken'; readonly content: string };

const WIDTH = 120;

/** A break that is a space on one line. */
export const SPACE: Layout = { kind: 'break', flat: ' ' };

/** A break that is nothing on one line. */
export const NOTHING: Layout = { kind: 'break', flat: '' };

/** On one line where it fits, and nothing inside is always broken. */
export function group(...content: Layout[]): Layout {
  return { kind: 'group', content, broken: holdsBroken(content) };
}

/** A group that is always broken. */
export function brokenGroup(...content: Layout[]): Layout {
  return { kind: 'group', content, broken: true };
}

function holdsBroken(layout: Layout): boolean {
  if (typeof layout === 'string') return false;
  if (isList(layout)) return layout.some(holdsBroken);
  if (layout.kind === 'group') return layout.broken;
  return layout.kind === 'indent' && holdsBroken(layout.content);
}

/** Two columns further in, from the next line on. */
export function indent(...content: Layout[]): Layout {
  return { kind: 'indent', content };
}

/** Parts with a space between them, or a new line where the next part does not fit. */
export function fill(parts: readonly Layout[]): Layout {
  return { kind: 'fill', parts, from: 0 };
}

/** There only when the group around is broken. */
export function whenBroken(content: string): Layout {
  return { kind: 'when-broken', content };
}

/** The parts with a separator between them. */
export function join(separator: Layout, parts: readonly Layout[]): Layout {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}

/** `open part, part close`, one part a line where they don't fit. */
export function bracketed(open: string, parts: readonly Layout[], close: string, trailing = ','): Layout {
  if (parts.length === 0) return open + close;
  return [open, indent(NOTHING, join([',', SPACE], parts)), whenBroken(trailing), NOTHING, close];
}

/** A value after its name: one that has no breaks of its own moves to the next line where it does not fit. */
export function assigned(value: Layout): Layout {
  return typeof value === 'string' ? group(indent(SPACE, value)) : [' ', value];
}

/** A layout waiting to be printed. */
interface Piece {
  readonly layout: Layout;
  readonly depth: number;
  readonly broken: boolean;
}

/** The text of a layout in lines of at most 120 characters, where there is a way. Starts at an indentation of `depth`. */
export function render(layout: Layout, depth = 0): string {
  const stack: Piece[] = [{ layout, depth, broken: true }];
  const text: string[] = ['  '.repeat(depth)];
  let column = 2 * depth;
  for (let piece = stack.pop(); piece !== undefined; piece = stack.pop()) {
    const written = step(piece, stack, WIDTH - column);
    text.push(written);
    column = written.startsWith('\n') ? written.length - 1 : column + written.length;
  }
  return text.join('').replace(/ +$/gm, '');
}

/** Prints a piece; postponed parts go on the stack. */
function step(piece: Piece, stack: Piece[], room: number): string {
  const { layout, depth, broken } = piece;
  if (typeof layout === 'string') return layout;
  if (isList(layout)) {
    stack.push(...layout.map((part) => ({ layout: part, depth, broken })).reverse());
    return '';
  }
  switch (layout.kind) {
    case 'break':
      return broken ? `\n${'  '.repeat(depth)}` : layout.flat;
    case 'when-broken':
      return broken ? layout.content : '';
    case 'indent':
      stack.push({ layout: layout.content, depth: depth + 1, broken });
      return '';
    case 'group': {
      const flat = { layout: layout.content, depth, broken: false };
      stack.push(!layout.broken && fits(flat, stack, room) ? flat : { ...flat, broken: true });
      return '';
    }
    case 'fill':
      stepFill(layout.parts, layout.from, piece, stack, room);
      return '';
  }
}

function stepFill(parts: readonly Layout[], from: number, at: Piece, stack: Piece[], room: number): void {
  const first = parts[from];
  const second = parts[from + 1];
  if (first === undefined) return;
  if (second !== undefined) {
    const both = { ...at, layout: [first, SPACE, second], broken: false };
    stack.push({ ...at, layout: { kind: 'fill', parts, from: from + 1 } });
    // The last part has the trailing comma after it.
    const left = from + 2 === parts.length ? room - 1 : room;
    stack.push({ ...at, layout: SPACE, broken: at.broken && !fits(both, [], left) });
  }
  stack.push({ ...at, layout: first, broken: false });
}

/** Whether a piece, and the text up to the next possible line break, fits. */
function fits(piece: Piece, following: readonly Piece[], room: number): boolean {
  const stack = [piece];
  let left = room;
  let next = following.length;
  while (left >= 0) {
    const current = stack.pop() ?? following[--next];
    if (current === undefined) return true;
    const { layout, broken } = current;
    if (typeof layout === 'string') left -= layout.length;
    else if (isList(layout)) stack.push(...layout.map((part) => ({ ...current, layout: part })).reverse());
    else if (layout.kind === 'fill') stack.push({ ...current, layout: join(SPACE, layout.parts.slice(layout.from)) });
    else if (layout.kind === 'when-broken') left -= broken ? layout.content.length : 0;
    else if (layout.kind === 'break') {
      if (broken) return true;
      left -= layout.flat.length;
    } else stack.push({ ...current, layout: layout.content });
  }
  return false;
}

function isList(layout: Layout): layout is readonly Layout[] {
  return Array.isArray(layout);
}
