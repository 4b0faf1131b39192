import { parseSchema } from '../../src/idl/load-schema.js';

/** A small service for tests of the transport; most tests call its first method. */
export const probeSchema = parseSchema(
  `
struct Node { 1: optional Node next, 2: optional string text }
exception Oops { 1: string message }
service Probe {
  string echo(1: string text)
  binary large(1: i32 bytes)
  void nothing()
  oneway void tell(1: string text)
  i32 count(1: list<string> texts, 2: map<string, string> pairs, 3: Node node)
  i32 grid(1: list<list<string>> rows, 2: list<list<double>> numbers)
  string strict(1: required string text)
  void fail() throws (1: Oops oops)
}
service Other { string echo(1: string text) }
`,
  'probe.thrift',
);

/** Trivial handlers for all methods of `Probe`. */
export const probeHandlers = {
  echo: ({ text }: { text: string }): string => text,
  large: ({ bytes }: { bytes: number }): Buffer => Buffer.alloc(bytes, 'x'),
  nothing: (): void => undefined,
  tell: (): void => undefined,
  count: ({ texts }: { texts?: readonly string[] }): number => texts?.length ?? 0,
  grid: ({ rows = [] }: { rows?: readonly unknown[] }): number => rows.length,
  strict: ({ text }: { text: string }): string => text,
};
