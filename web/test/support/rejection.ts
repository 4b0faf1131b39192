/** An answer with a problem. */
export class Rejection extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly errors?: readonly object[],
  ) {
    super(type);
  }
}

export interface Reply {
  readonly status: number;
  readonly body?: object;
  /** Whether the answer has an ETag: of its body, or of the revision of a task. */
  readonly etag?: boolean | string;
  readonly headers?: Readonly<Record<string, string>>;
}
