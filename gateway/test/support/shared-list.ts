import type { TestClient } from './test-client.js';
import type { TestGateway } from './test-gateway.js';
import { unique } from './builders.js';

type Role = 'editor' | 'viewer';

/** Adds a list of this user; returns its id. */
export async function newList(owner: TestClient, name = 'Groceries'): Promise<string> {
  const id = unique();
  const { status } = await owner.post('/lists', { id, name });
  if (status !== 201) throw new Error(`No list: ${String(status)}`);
  return id;
}

/** Invites to a list; returns the secret. */
export async function invite(owner: TestClient, list: string, role: Role, uses = 1): Promise<string> {
  const { status, body } = await owner.post(`/lists/${list}/invitations`, { role, uses });
  if (status !== 201) throw new Error(`No invitation: ${String(status)}`);
  return body.secret as string;
}

/** A new user who has joined the list. */
export async function joined(gateway: TestGateway, owner: TestClient, list: string, role: Role): Promise<TestClient> {
  const member = await gateway.user();
  const secret = await invite(owner, list, role);
  const { status } = await member.post('/invitations/acceptance', { secret, name: `a ${role}` });
  if (status !== 200) throw new Error(`Not joined: ${String(status)}`);
  return member;
}

/** The id of a member within the list. */
export async function memberId(asker: TestClient, list: string, name: string): Promise<string> {
  const { body } = await asker.get(`/lists/${list}/members`);
  const found = (body.items as { id: string; name: string | null }[]).find((member) => member.name === name);
  if (!found) throw new Error(`No member ${name}`);
  return found.id;
}

/** The account's first list. */
export async function firstList(user: TestClient): Promise<string> {
  const { body } = await user.get('/lists');
  return (body.items as { id: string }[])[0]?.id ?? '';
}

/** The account's id, which is the owner of the tasks of its first list. */
export async function accountId(user: TestClient): Promise<string> {
  return ((await user.get('/session')).body.account as { id: string }).id;
}
