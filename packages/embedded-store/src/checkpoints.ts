import { reasonOf } from './errors.js';
import type { Connection } from './connection.js';
import type { FileIdentity } from './file-identity.js';

/** Pages in the log from which it is copied into the data file. */
const CHECKPOINT_PAGES = 1_000;
const PAGE_BYTES = 4_096;
/** Size of the log from which it is also truncated. */
const TRUNCATE_BYTES = 64 * 1_048_576;
/** Pause after a checkpoint that failed, or that a reader has held back. */
const RETRY_MS = 1_000;
/** Pages that a change is taken to write until a checkpoint has shown how many they are. */
const PAGES_PER_CHANGE = 4;

interface CheckpointRow {
  readonly busy: number;
  /** Pages in the log. */
  readonly log: number;
  /** How many of them are in the data file. */
  readonly checkpointed: number;
}

/** Copies the log into the data file between batches: only the writer does, at no other time. */
export class Checkpoints {
  readonly #connection: Connection;
  readonly #identity: FileIdentity;
  readonly #warn: (message: string) => void;
  #pagesPerChange = PAGES_PER_CHANGE;
  #changes = 0;
  /** Size of the log at the last checkpoint. */
  #bytesBefore = 0;
  #notBeforeMs = 0;
  /** A problem that was reported and goes on. */
  #problem: 'none' | 'failing' | 'held' = 'none';

  /** @param warn Receives a problem once, when it begins. */
  constructor(connection: Connection, identity: FileIdentity, warn: (message: string) => void) {
    this.#connection = connection;
    this.#identity = identity;
    this.#warn = warn;
  }

  /** Called after each batch with the number of its changes. */
  afterBatch(changes: number): void {
    this.#changes += changes;
    const pages = this.#changes * this.#pagesPerChange;
    const grown = this.#identity.logBytes - this.#bytesBefore;
    if (Math.max(pages, grown / PAGE_BYTES) < CHECKPOINT_PAGES || performance.now() < this.#notBeforeMs) return;
    try {
      const { busy, log } = this.#checkpoint('PASSIVE');
      if (busy !== 0) {
        this.#onHeld();
        return;
      }
      if (this.#problem === 'failing') this.#problem = 'none';
      // A log that was copied is written again from its beginning, so its size does not show how much was written.
      this.#pagesPerChange = Math.max(0.1, log / this.#changes);
      this.#changes = 0;
      this.#bytesBefore = this.#identity.logBytes;
      if (this.#identity.logBytes > TRUNCATE_BYTES) this.#truncate();
    } catch (error) {
      // What was acknowledged is in the log; the next batch shows whether the disk accepts writes.
      this.#notBeforeMs = performance.now() + RETRY_MS;
      this.#report('failing', `The log can't be copied into the data file (${reasonOf(error)}): it is tried again`);
    }
  }

  /** Called before closing: everything is in the data file then, unless a reader holds it back. */
  finish(): void {
    try {
      this.#checkpoint('TRUNCATE');
    } catch {
      // The log is read at the next start.
    }
  }

  #truncate(): void {
    const { busy } = this.#checkpoint('TRUNCATE');
    this.#identity.update();
    this.#bytesBefore = this.#identity.logBytes;
    if (busy === 0) this.#problem = 'none';
    else this.#onHeld();
  }

  /** Another program copies the log at the moment, or reads an old state: not an error, but in a row of the answer. */
  #onHeld(): void {
    this.#notBeforeMs = performance.now() + RETRY_MS;
    if (this.#identity.logBytes <= TRUNCATE_BYTES) return;
    this.#report(
      'held',
      `The log has grown to ${String(Math.round(this.#identity.logBytes / 1_048_576))} MB, since another program holds ` +
        'an old state of the data: end that backup or query',
    );
  }

  #checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): CheckpointRow {
    const row = this.#connection.get<CheckpointRow>(`PRAGMA wal_checkpoint(${mode})`);
    return row ?? { busy: 1, log: 0, checkpointed: 0 };
  }

  #report(problem: 'failing' | 'held', message: string): void {
    if (this.#problem !== problem) this.#warn(message);
    this.#problem = problem;
  }
}
