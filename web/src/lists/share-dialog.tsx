import { useEffect, useRef, useState } from 'preact/hooks';
import type { InvitedRole, List, Member } from '../api/lists-api.js';
import { LIST_NAME_MAX_LENGTH, SharingApi, type Invitation } from '../api/sharing-api.js';
import { DAY_MS } from '../dates/days.js';
import { shortDate } from '../i18n/dates.js';
import { useApp, useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/fields.js';
import { Icon } from '../ui/icon.js';
import { CopyButton } from '../ui/secret.js';
import { useAttempt } from './attempt.js';
import { listTexts } from './texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

const LIFETIMES_DAYS = [1, 7, 30];

/** Who uses the list; its owner also changes roles, removes members and invites others. */
export function ShareDialog({ list, onClose }: { list: List; onClose: () => void }) {
  const { app } = useApp();
  const { http, lists } = useOpenAccount().workspace;
  const texts = useTextsOf(listTexts);
  const shared = useTexts();
  const { run, problem } = useAttempt();
  const [members, setMembers] = useState<readonly Member[]>([]);
  const [invitations, setInvitations] = useState<readonly Invitation[]>([]);
  const [note, setNote] = useState('');
  const isOwner = list.role === 'owner';
  const { api } = lists;
  const sharing = new SharingApi(http);
  const loads = useRef(0);
  const load = async (): Promise<void> => {
    const number = ++loads.current;
    const [all, open] = await Promise.all([api.members(list.id), isOwner ? sharing.invitations(list.id) : []]);
    // A later command has asked again.
    if (number !== loads.current) return;
    setMembers(all);
    setInvitations(open);
  };
  useEffect(() => void run(load), []);
  const title = (isOwner ? texts.shareTitle : texts.membersTitle)(lists.nameOf(list));
  return (
    <Dialog title={title} onClose={onClose}>
      {list.endsOn !== undefined && <p>{texts.readOnly(shortDate(list.endsOn, app.language.code.value))}</p>}
      <Members
        members={members}
        isOwner={isOwner}
        onRole={(member, role) => run(() => sharing.updateMember(list.id, member.id, { role }).then(load))}
        onRemove={(member, name) =>
          run(async () => {
            await api.removeMember(list.id, member.id);
            setNote(texts.memberRemoved(name));
            await load();
            lists.refreshSoon();
          })
        }
      />
      <OwnName
        key={members.find(({ isSelf }) => isSelf)?.id}
        self={members.find(({ isSelf }) => isSelf)}
        onSave={(self, name) => run(() => sharing.updateMember(list.id, self.id, { name }).then(load))}
      />
      {isOwner && (
        <Invite
          list={list}
          onInvited={load}
          invitations={invitations}
          onRevoke={(invitation) => run(() => sharing.withdraw(list.id, invitation.id).then(load))}
        />
      )}
      <p role="status" class="hint">
        {note}
      </p>
      <div role="alert">{problem !== undefined && <p class="form-error">{problem}</p>}</div>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={onClose}>
          {shared.close}
        </button>
      </div>
    </Dialog>
  );
}

interface MembersProps {
  members: readonly Member[];
  isOwner: boolean;
  onRole: (member: Member, role: InvitedRole) => Promise<void>;
  onRemove: (member: Member, name: string) => Promise<void>;
}

function Members({ members, isOwner, onRole, onRemove }: MembersProps) {
  const texts = useTextsOf(listTexts);
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <section aria-label={texts.members}>
      <h3 ref={heading} tabIndex={-1}>
        {texts.members}
      </h3>
      <ul class="items members">
        {members.map((member) => {
          const name = member.name ?? texts.nameless;
          const canChange = isOwner && member.role !== 'owner';
          return (
            <li key={member.id}>
              <p class="item-title" dir="auto">
                {name}
                {member.isSelf && <span class="badge">{texts.you}</span>}
              </p>
              {canChange ? (
                <>
                  <select
                    aria-label={texts.roleOf(name)}
                    value={member.role}
                    onChange={(event) => void onRole(member, event.currentTarget.value as InvitedRole)}
                  >
                    <option value="editor">{texts.roles.editor}</option>
                    <option value="viewer">{texts.roles.viewer}</option>
                  </select>
                  <button
                    type="button"
                    class="icon-button"
                    aria-label={texts.removeMember(name)}
                    onClick={() => {
                      heading.current?.focus();
                      void onRemove(member, name);
                    }}
                  >
                    <Icon path={MORE_ICONS.trash} />
                  </button>
                </>
              ) : (
                <p class="hint">{texts.roles[member.role]}</p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface OwnNameProps {
  self: Member | undefined;
  onSave: (self: Member, name: string) => Promise<void>;
}

/** How the other members see the reader. */
function OwnName({ self, onSave }: OwnNameProps) {
  const texts = useTextsOf(listTexts);
  const [name, setName] = useState(self?.name ?? '');
  if (self === undefined) return null;
  const trimmed = name.trim();
  return (
    <form
      class="own-name"
      onSubmit={(event) => {
        event.preventDefault();
        if (trimmed !== '') void onSave(self, trimmed);
      }}
    >
      <TextField
        name="name"
        label={texts.yourName}
        hint={texts.joinNameHint}
        autocomplete="name"
        maxLength={LIST_NAME_MAX_LENGTH}
        value={name}
        onInput={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      {trimmed !== '' && trimmed !== self.name && (
        <button type="submit" class="button">
          {texts.save}
        </button>
      )}
    </form>
  );
}

interface InviteProps {
  list: List;
  invitations: readonly Invitation[];
  onInvited: () => Promise<void>;
  onRevoke: (invitation: Invitation) => Promise<void>;
}

function Invite({ list, invitations, onInvited, onRevoke }: InviteProps) {
  const { app } = useApp();
  const { http } = useOpenAccount().workspace;
  const texts = useTextsOf(listTexts);
  const { run, isRunning, problem } = useAttempt();
  const [role, setRole] = useState<InvitedRole>('editor');
  const [days, setDays] = useState(7);
  const [made, setMade] = useState<{ id: string; link: string }>();
  const field = useRef<HTMLInputElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const select = (): void => {
    field.current?.focus();
    field.current?.select();
  };
  useEffect(select, [made]);
  const create = (): Promise<void> =>
    run(async () => {
      // A little less than the full number of days: the server's clock may be behind.
      const expiresAt = new Date(Date.now() + days * DAY_MS - 60_000).toISOString();
      const { id, secret } = await new SharingApi(http).invite(list.id, role, expiresAt);
      setMade({ id, link: `${location.origin}/join#${secret}` });
      await onInvited();
    });
  return (
    <section aria-label={texts.inviteTitle}>
      <h3 ref={heading} tabIndex={-1}>
        {texts.inviteTitle}
      </h3>
      <p class="hint">{texts.inviteText}</p>
      <div class="invite">
        <label class="field">
          <span class="label">{texts.role}</span>
          <select
            value={role}
            onChange={(event) => {
              setRole(event.currentTarget.value as InvitedRole);
            }}
          >
            <option value="editor">{texts.roles.editor}</option>
            <option value="viewer">{texts.roles.viewer}</option>
          </select>
        </label>
        <label class="field">
          <span class="label">{texts.expires}</span>
          <select
            value={days}
            onChange={(event) => {
              setDays(Number(event.currentTarget.value));
            }}
          >
            {LIFETIMES_DAYS.map((count) => (
              <option key={count} value={count}>
                {texts.days(count)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button primary" aria-disabled={isRunning} onClick={() => void create()}>
          {texts.createLink}
        </button>
      </div>
      <div role="alert">{problem !== undefined && <p class="form-error">{problem}</p>}</div>
      {made && (
        <div class="invite-link">
          <label class="field">
            <span class="label">{texts.link}</span>
            <input ref={field} readOnly value={made.link} onClick={select} />
          </label>
          <CopyButton text={made.link} onFailed={select} />
          <p class="hint">{texts.linkHint}</p>
        </div>
      )}
      {invitations.length > 0 && (
        <>
          <h4>{texts.openInvitations}</h4>
          <ul class="items">
            {invitations.map((invitation) => {
              const name = texts.invitation(
                texts.roles[invitation.role],
                shortDate(invitation.expiresAt, app.language.code.value),
              );
              return (
                <li key={invitation.id}>
                  <p class="item-title">{name}</p>
                  <button
                    type="button"
                    class="button"
                    aria-label={texts.revokeLabel(name)}
                    onClick={() => {
                      heading.current?.focus();
                      if (made?.id === invitation.id) setMade(undefined);
                      void onRevoke(invitation);
                    }}
                  >
                    {texts.revoke}
                  </button>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </section>
  );
}
