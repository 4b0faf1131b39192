import { ThriftProtocolError } from '../errors.js';

/**
 * A value that does not fit its type. Each struct and container adds its step to the front of the path; `toThriftError`
 * makes the error that callers see.
 */
export class WrongValue extends Error {
  private path = '';

  /** @param got the value, or its description when `described`. */
  constructor(
    private readonly expected: string,
    private readonly got: unknown,
    private readonly described = false,
  ) {
    super();
  }

  /** Adds a step to the front of a WrongValue's path; returns other errors unchanged. */
  static within(error: unknown, step: string): unknown {
    if (error instanceof WrongValue) error.path = step + error.path;
    return error;
  }

  /** The error for callers: `success[3].name: expected string, got number`. */
  static toThriftError(error: unknown): unknown {
    if (!(error instanceof WrongValue)) return error;
    const path = error.path.startsWith('.') ? error.path.slice(1) : error.path;
    const got = error.described ? String(error.got) : typeName(error.got);
    const place = path === '' ? '' : `${path}: `;
    return new ThriftProtocolError('bad-value', `${place}expected ${error.expected}, got ${got}`, { cause: error });
  }
}

function typeName(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const { constructor } = value as { readonly constructor?: unknown };
  return typeof constructor === 'function' ? constructor.name : 'object';
}
