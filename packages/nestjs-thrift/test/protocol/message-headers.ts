import { CALL, EXCEPTION, ONEWAY, REPLY } from '../../src/protocol/constants.js';
import type { MessageHeader } from '../../src/protocol/protocol.js';
import { hex, json } from './bytes.js';

/** A message with an empty struct, and its bytes: the binary protocol has an old style, without a version. */
interface HeaderRow {
  readonly name: string;
  readonly header: MessageHeader;
  readonly bytes: Readonly<Record<'binary' | 'old-style binary' | 'compact' | 'json', Buffer>>;
}

/** Starts of messages (Thrift RPC specification, "Message exchange"), for each type of message. */
export const messageHeaders: readonly HeaderRow[] = [
  {
    name: 'CALL of a multiplexed method',
    header: { name: 'T:add', type: CALL, seqid: 1 },
    bytes: {
      binary: hex`
        80 01 00 01    // version 1, CALL
        00 00 00 05    // name: 5 bytes
        54 3a 61 64 64
        00 00 00 01    // seqid 1
        00             // stop
      `,
      'old-style binary': hex`
        00 00 00 05    // name: 5 bytes
        54 3a 61 64 64
        01             // CALL
        00 00 00 01    // seqid 1
        00             // stop
      `,
      compact: hex`
        82             // protocol id
        21             // CALL, version 1
        01             // seqid 1
        05             // name: 5 bytes
        54 3a 61 64 64
        00             // stop
      `,
      json: json('[1,"T:add",1,1,{}]'),
    },
  },
  {
    name: 'REPLY, its seqid in more than a byte',
    header: { name: 'add', type: REPLY, seqid: 300 },
    bytes: {
      binary: hex`80 01 00 02 00 00 00 03 61 64 64 00 00 01 2c 00`,
      'old-style binary': hex`00 00 00 03 61 64 64 02 00 00 01 2c 00`,
      compact: hex`
        82
        41          // REPLY
        ac 02       // 300, no zigzag
        03 61 64 64
        00
      `,
      json: json('[1,"add",2,300,{}]'),
    },
  },
  {
    name: 'EXCEPTION, its seqid the greatest',
    header: { name: 'é', type: EXCEPTION, seqid: 0x7fffffff },
    bytes: {
      binary: hex`80 01 00 03 00 00 00 02 c3 a9 7f ff ff ff 00`,
      'old-style binary': hex`00 00 00 02 c3 a9 03 7f ff ff ff 00`,
      compact: hex`
        82
        61             // EXCEPTION
        ff ff ff ff 07
        02 c3 a9       // name: 2 bytes of one character
        00
      `,
      json: json('[1,"é",3,2147483647,{}]'),
    },
  },
  {
    name: 'ONEWAY, its seqid negative',
    header: { name: 'm', type: ONEWAY, seqid: -2 },
    bytes: {
      binary: hex`80 01 00 04 00 00 00 01 6d ff ff ff fe 00`,
      'old-style binary': hex`00 00 00 01 6d 04 ff ff ff fe 00`,
      compact: hex`
        82
        81             // ONEWAY
        fe ff ff ff 0f // its 32 bits, unsigned
        01 6d
        00
      `,
      json: json('[1,"m",4,-2,{}]'),
    },
  },
  {
    name: 'CALL with a name of 128 bytes',
    header: { name: 'n'.repeat(128), type: CALL, seqid: 0 },
    bytes: {
      binary: Buffer.concat([hex`80 01 00 01 00 00 00 80`, Buffer.alloc(128, 'n'), hex`00 00 00 00 00`]),
      'old-style binary': Buffer.concat([hex`00 00 00 80`, Buffer.alloc(128, 'n'), hex`01 00 00 00 00 00`]),
      compact: Buffer.concat([hex`82 21 00 80 01`, Buffer.alloc(128, 'n'), hex`00`]),
      json: json(`[1,"${'n'.repeat(128)}",1,0,{}]`),
    },
  },
];
