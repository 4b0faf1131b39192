/** Destination of log lines. */
export interface LogDestination {
  /** Writes a line; must neither wait nor throw. @param isFatal Whether the process ends after it. */
  write(line: string, isFatal?: boolean): void;
  /** Calls back once everything is written. */
  flush?(onFlushed: () => void): void;
}

/** Makes pino store the level of each line in `lastLevel` before it writes the line. */
const PINO_METADATA = Symbol.for('pino.metadata');
/** Pino's number for `fatal`. */
const FATAL_LEVEL = 60;

/** The stream that pino writes to: formats lines, and marks fatal ones for the destination. */
export class LogStream {
  readonly [PINO_METADATA] = true;
  lastLevel = 0;
  readonly #destination: LogDestination;
  readonly #toForm: (line: string) => string;

  constructor(destination: LogDestination, toForm = (line: string) => line) {
    this.#destination = destination;
    this.#toForm = toForm;
  }

  write(line: string): void {
    this.#destination.write(this.#toForm(line), this.lastLevel >= FATAL_LEVEL);
  }

  flush(onFlushed: () => void): void {
    if (this.#destination.flush) this.#destination.flush(onFlushed);
    else onFlushed();
  }
}
