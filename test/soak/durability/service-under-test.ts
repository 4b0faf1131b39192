/** Makes one call. @returns False when no answer came. */
export type Lane = () => Promise<boolean>;

/** A service in a process of its own, with clients whose calls are compared with a model. */
export interface ServiceUnderTest extends AsyncDisposable {
  /** Starts the process, also again. */
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves to the exit code; null after a signal. */
  ended(): Promise<number | null>;
  /** The clients, connected anew. */
  lanes(): Lane[];
  /** Checks the calls since the last check, which all have ended. @returns What no correct service does. */
  check(): Promise<string[]>;
  /** Checks the files of a process that has ended. @throws Error that says what is damaged. */
  verifyFiles(): void;
}
