import { statusOf } from './place.js';

/** Device, inode and size of a file. */
interface Mark {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
}

/**
 * Whether the data file and its log are still those that were opened, and no smaller. Commits into a file that was
 * moved, removed, replaced or truncated succeed, and are lost: this is checked before each transaction and after its
 * commit, before it is acknowledged. A truncated log has grown past its old size by then, hence before as well.
 */
export class FileIdentity {
  readonly #paths: readonly string[];
  readonly #mayLogShrink: boolean;
  #marks: readonly Mark[];

  /**
   * @param path The data file of an open connection.
   * @param mayLogShrink Whether another process truncates the log: the service, beside a command.
   */
  constructor(path: string, mayLogShrink: boolean) {
    this.#mayLogShrink = mayLogShrink;
    this.#paths = [path, `${path}-wal`];
    this.#marks = this.#paths.map(markOf);
  }

  /** Device and inode of the data file. */
  get file(): Pick<Mark, 'dev' | 'ino'> {
    return { dev: this.#marks[0]?.dev ?? 0, ino: this.#marks[0]?.ino ?? 0 };
  }

  /** Size of the log in bytes, as of the last check or checkpoint. */
  get logBytes(): number {
    return this.#marks[1]?.size ?? 0;
  }

  /** @returns What is wrong with which file; undefined when all is well. */
  check(): string | undefined {
    const marks = this.#paths.map(markOf);
    for (const [n, mark] of marks.entries()) {
      const wrong = difference(this.#marks[n] ?? NONE, mark, n === 1 && this.#mayLogShrink);
      if (wrong !== undefined) return `${this.#paths[n] ?? ''} was ${wrong}`;
    }
    this.#marks = marks;
    return undefined;
  }

  /** Called after a checkpoint of ours, which may have truncated the log. */
  update(): void {
    this.#marks = this.#paths.map(markOf);
  }
}

const NONE: Mark = { dev: 0, ino: 0, size: 0 };

function markOf(path: string): Mark {
  const status = statusOf(path);
  return status === undefined ? NONE : { dev: status.dev, ino: status.ino, size: status.size };
}

function difference(before: Mark, now: Mark, mayShrink: boolean): string | undefined {
  if (now.ino === 0) return 'moved or removed';
  if (now.dev !== before.dev || now.ino !== before.ino) return 'replaced';
  return now.size < before.size && !mayShrink ? 'truncated' : undefined;
}
