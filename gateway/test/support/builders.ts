import { randomBytes } from 'node:crypto';
import type { AccessToken } from '../../src/domain/access-token.js';
import type { Account } from '../../src/domain/account.js';
import type { List, Member } from '../../src/domain/list.js';
import type { Device, Session } from '../../src/domain/session.js';

/** A time some seconds after a fixed one. */
export function instant(seconds: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);
}

/** Hexadecimal digits unique to a test. */
export function unique(bytes = 16): string {
  return randomBytes(bytes).toString('hex');
}

/** An account that is not stored. */
export function anAccount(fields: Partial<Account> = {}): Account {
  const name = `user-${unique(8)}`;
  return {
    id: unique(),
    username: name,
    canonicalName: name,
    createdOn: instant(0),
    status: 'active',
    statusSince: instant(0),
    credentialVersion: 1,
    tokenVersion: 1,
    passwordHash: '$scrypt$one',
    recoveryDigest: 'one',
    ...fields,
  };
}

/** A session that is not stored. */
export function aSession(fields: Partial<Session> = {}): Session {
  return {
    digest: unique(32),
    id: unique(),
    accountId: unique(),
    credentialVersion: 1,
    createdOn: instant(0),
    authenticatedOn: instant(1),
    lastSeenOn: instant(2),
    endsOn: instant(4_000),
    expiresOn: instant(3_000),
    userAgent: 'Test/1.0 \u0000"{$',
    ...fields,
  };
}

/** A device that is not stored. */
export function aDevice(fields: Partial<Device> = {}): Device {
  return { digest: unique(32), accountId: unique(), expiresOn: instant(3_000), ...fields };
}

/** A token that is not stored. */
export function aToken(fields: Partial<AccessToken> = {}): AccessToken {
  return {
    digest: unique(32),
    id: unique(),
    accountId: unique(),
    tokenVersion: 1,
    name: 'backup 🥛',
    scopes: ['tasks:read', 'tasks:write'],
    createdOn: instant(0),
    expiresOn: instant(3_000),
    lastFour: 'wxyz',
    lastUsedOn: undefined,
    ...fields,
  };
}

/** A member that is not stored. */
export function aMember(fields: Partial<Member> = {}): Member {
  return { id: unique(), accountId: unique(), name: null, role: 'owner', color: null, position: null, ...fields };
}

/** A list that is not stored, with an owner. */
export function aList(fields: Partial<List> = {}): List {
  return {
    id: unique(),
    ownerId: unique(),
    name: 'Groceries 🥛 \u0000',
    createdOn: instant(0),
    status: 'active',
    statusSince: instant(0),
    members: [aMember()],
    invitations: [],
    version: 1,
    ...fields,
  };
}
