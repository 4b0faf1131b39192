import { createRequire } from 'node:module';
import type { NpmProtocol, NpmTransport, NpmTransportClass } from '../test/interop/npm/library.js';
import type { TaskAnswer } from '../../../bench/peers/answers.js';

type Protocol = new (transport: NpmTransport) => NpmProtocol;
type Transport = NpmTransportClass & {
  receiver(onMessage: (transport: NpmTransport) => void): (bytes: Buffer) => void;
};

const thrift = createRequire(import.meta.url)('thrift') as {
  readonly TBufferedTransport: Transport;
  readonly TBinaryProtocol: Protocol;
  readonly TCompactProtocol: Protocol;
  readonly TJSONProtocol: Protocol;
};

/** The protocols of npm `thrift`, by our names. */
export const npmProtocols = {
  binary: thrift.TBinaryProtocol,
  compact: thrift.TCompactProtocol,
  json: thrift.TJSONProtocol,
} as const;

const [STOP, BOOL, STRING, STRUCT, LIST] = [0, 2, 11, 12, 15] as const;

/** A struct as its compiler writes it (there is no compiler here). */
class Task {
  id: string | null = null;
  userId: string | null = null;
  name: string | null = '';
  createdOn: string | null = null;
  done: boolean | null = null;

  read(input: NpmProtocol): void {
    input.readStructBegin();
    for (;;) {
      const { ftype, fid } = input.readFieldBegin();
      if (ftype === STOP) break;
      if (fid === 1 && ftype === STRING) this.id = input.readString();
      else if (fid === 2 && ftype === STRING) this.userId = input.readString();
      else if (fid === 3 && ftype === STRING) this.name = input.readString();
      else if (fid === 4 && ftype === STRING) this.createdOn = input.readString();
      else if (fid === 5 && ftype === BOOL) this.done = input.readBool();
      else input.skip(ftype);
      input.readFieldEnd();
    }
    input.readStructEnd();
  }
}

function writeString(output: NpmProtocol, name: string, id: number, value: string | null): void {
  if (value === null) return;
  output.writeFieldBegin(name, STRING, id);
  output.writeString(value);
  output.writeFieldEnd();
}

function writeTask(output: NpmProtocol, task: TaskAnswer): void {
  output.writeStructBegin('Task');
  writeString(output, 'id', 1, task.id);
  writeString(output, 'userId', 2, task.userId);
  writeString(output, 'name', 3, task.name);
  writeString(output, 'createdOn', 4, task.createdOn);
  output.writeFieldBegin('done', BOOL, 5);
  output.writeBool(task.done);
  output.writeFieldEnd();
  output.writeFieldStop();
  output.writeStructEnd();
}

/** Writes the REPLY of `all` with npm `thrift`. */
export function npmEncodeTasks(protocol: Protocol, tasks: readonly TaskAnswer[]): Buffer {
  let message = Buffer.alloc(0);
  const output = new protocol(new thrift.TBufferedTransport(undefined, (bytes) => (message = bytes as typeof message)));
  output.writeMessageBegin('all', 2, 1);
  output.writeStructBegin('Tasks_all_result');
  output.writeFieldBegin('success', LIST, 0);
  output.writeListBegin(STRUCT, tasks.length);
  for (const task of tasks) writeTask(output, task);
  output.writeListEnd();
  output.writeFieldEnd();
  output.writeFieldStop();
  output.writeStructEnd();
  output.writeMessageEnd();
  output.flush();
  return message;
}

/** Reads the REPLY of `all` with npm `thrift`. */
export function npmDecodeTasks(protocol: Protocol, message: Buffer): readonly object[] {
  let tasks: Task[] = [];
  const receive = thrift.TBufferedTransport.receiver((transport) => {
    const input = new protocol(transport);
    input.readMessageBegin();
    input.readStructBegin();
    input.readFieldBegin();
    tasks = Array.from({ length: input.readListBegin().size }, () => {
      const task = new Task();
      task.read(input);
      return task;
    });
    input.readListEnd();
    input.readFieldEnd();
    input.readFieldBegin();
    input.readStructEnd();
    input.readMessageEnd();
  });
  receive(message);
  return tasks;
}
