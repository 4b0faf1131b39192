/**
 * npm `thrift`'s server, with code like that of its compiler (there is no compiler here) and an error listener, without
 * which one reset ends the process.
 */
import type { AddressInfo } from 'node:net';
import thrift, { type TProtocol } from 'thrift';
import { TASKS, addTask, ready, type TaskAnswer } from './answers.js';

const { Type, MessageType } = thrift.Thrift;

function writeTask(output: TProtocol, task: TaskAnswer): void {
  output.writeStructBegin('Task');
  const strings = [task.id, task.userId, task.name, task.createdOn];
  for (let i = 0; i < strings.length; i++) {
    output.writeFieldBegin('field', Type.STRING, i + 1);
    output.writeString(strings[i] as string);
    output.writeFieldEnd();
  }
  output.writeFieldBegin('done', Type.BOOL, 5);
  output.writeBool(task.done);
  output.writeFieldEnd();
  output.writeFieldStop();
  output.writeStructEnd();
}

/** Reads a struct whose fields are all strings, into an array by field id. */
function readStrings(input: TProtocol): string[] {
  const values: string[] = [];
  input.readStructBegin();
  for (;;) {
    const { ftype, fid } = input.readFieldBegin();
    if (ftype === Type.STOP) break;
    if (ftype === Type.STRING) values[fid] = input.readString();
    else input.skip(ftype);
    input.readFieldEnd();
  }
  input.readStructEnd();
  return values;
}

class Processor {
  process(input: TProtocol, output: TProtocol): void {
    const { fname, rseqid } = input.readMessageBegin();
    const args = readStrings(input);
    input.readMessageEnd();
    output.writeMessageBegin(fname, MessageType.REPLY, rseqid);
    output.writeStructBegin('result');
    this.answer(fname, args, output);
    output.writeFieldStop();
    output.writeStructEnd();
    output.writeMessageEnd();
    output.flush();
  }

  private answer(method: string, args: string[], output: TProtocol): void {
    if (method === 'all') {
      output.writeFieldBegin('success', Type.LIST, 0);
      output.writeListBegin(Type.STRUCT, TASKS.length);
      for (const task of TASKS) writeTask(output, task);
      output.writeListEnd();
    } else {
      output.writeFieldBegin('success', Type.STRUCT, 0);
      if (method === 'add') writeTask(output, addTask(args[1] ?? '', args[2] ?? ''));
      else this.writeHealthcheck(output);
    }
    output.writeFieldEnd();
  }

  private writeHealthcheck(output: TProtocol): void {
    output.writeStructBegin('Healthcheck');
    output.writeFieldBegin('ok', Type.BOOL, 1);
    output.writeBool(true);
    output.writeFieldEnd();
    output.writeFieldBegin('message', Type.STRING, 2);
    output.writeString('OK');
    output.writeFieldEnd();
    output.writeFieldStop();
    output.writeStructEnd();
  }
}

const server = thrift.createServer(Processor, {} as never, {
  transport: thrift.TBufferedTransport,
  protocol: thrift.TBinaryProtocol,
});
server.on('error', () => undefined);
server.on('connection', (socket: import('node:net').Socket) => {
  socket.setNoDelay(true);
});
server.listen(0, '127.0.0.1', () => {
  ready((server.address() as AddressInfo).port);
});
