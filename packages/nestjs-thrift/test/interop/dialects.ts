/** The protocols; `old-binary` is binary without a version in front (`strictWrite = false`). */
type DialectProtocol = 'binary' | 'old-binary' | 'compact' | 'json';

/** Framings; `header` is THeader, `framed-header` is THeader inside a frame, `ttheader` CloudWeGo's TTHeader. */
type DialectFraming = 'unframed' | 'framed' | 'header' | 'framed-header' | 'ttheader';

/** Protocol and framing of a connection. */
export interface Dialect {
  readonly protocol: DialectProtocol;
  readonly framing: DialectFraming;
}

/** Every dialect of the port but TTHeader, which Kitex speaks. Libraries list theirs in `speaks`. */
export const dialects: readonly Dialect[] = [
  { protocol: 'binary', framing: 'unframed' },
  { protocol: 'binary', framing: 'framed' },
  { protocol: 'old-binary', framing: 'unframed' },
  { protocol: 'old-binary', framing: 'framed' },
  { protocol: 'compact', framing: 'unframed' },
  { protocol: 'compact', framing: 'framed' },
  { protocol: 'json', framing: 'unframed' },
  { protocol: 'json', framing: 'framed' },
  { protocol: 'binary', framing: 'header' },
  { protocol: 'binary', framing: 'framed-header' },
  { protocol: 'compact', framing: 'header' },
  { protocol: 'compact', framing: 'framed-header' },
];

export function nameOf({ protocol, framing }: Dialect): string {
  return `${framing} ${protocol}`;
}
