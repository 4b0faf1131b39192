import { constants, fstatSync, openSync, write } from 'node:fs';
import { Writable } from 'node:stream';
import type { LogDestination } from './log-destination.js';
import { BoundedOutput, UNWRITTEN_MAX_BYTES } from './bounded-output.js';

const STDOUT = 1;
/** Pause before writing again to a terminal that accepted nothing, in milliseconds. */
const PAUSE_MS = 50;

/**
 * Standard output as a log destination that never waits for its reader.
 *
 * @param isShared Whether other processes write there as well.
 * @param onResumed Receives the number of lines dropped while the reader did not read.
 */
export async function openStandardOutput(
  isShared: boolean,
  onResumed: (dropped: number) => void,
): Promise<LogDestination> {
  const stats = fstatSync(STDOUT);
  // Node opens pipes and sockets non-blocking.
  if (stats.isFIFO() || stats.isSocket()) {
    return new BoundedOutput(isShared ? lineByLine(process.stdout) : process.stdout, onResumed);
  }
  if (process.stdout.isTTY) return new BoundedOutput(openTerminal(), onResumed);
  return openFile();
}

/**
 * Each line as a write of its own: Node joins those that wait for a slow reader, and the kernel keeps the writes of several
 * processes apart only up to 4,096 bytes.
 */
function lineByLine(stream: Writable): Writable {
  stream.on('error', () => undefined);
  return new Writable({
    decodeStrings: false,
    write: (line: string, encoding, done) => {
      stream.write(line, encoding, done);
    },
  });
}

/** A file accepts lines at once. When the disk is full, lines are kept, and dropped after a while. */
async function openFile(): Promise<LogDestination> {
  const { pino } = await import('pino');
  const out = pino.destination({ dest: STDOUT, sync: true, maxLength: UNWRITTEN_MAX_BYTES });
  // Pino itself ignores only a closed pipe and throws every other error at the caller.
  out.on('error', () => undefined);
  // Not pino's own `flushSync`, which after a `fatal` line retries forever while the disk is full.
  return {
    write: (line) => {
      out.write(line);
    },
  };
}

/** Node opens terminals in blocking mode, and a paused one (Ctrl-S) would block the process, so it is reopened. */
function openTerminal(): Writable {
  let fd: number;
  try {
    fd = openSync(`/proc/self/fd/${String(STDOUT)}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return process.stdout;
  }
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      writeAll(fd, chunk, done);
    },
  });
}

function writeAll(fd: number, bytes: Buffer, done: (error?: Error) => void): void {
  write(fd, bytes, (error, written) => {
    if (error?.code === 'EAGAIN') {
      setTimeout(writeAll, PAUSE_MS, fd, bytes, done).unref();
    } else if (error || written === bytes.length) {
      done(error ?? undefined);
    } else {
      writeAll(fd, bytes.subarray(written), done);
    }
  });
}
