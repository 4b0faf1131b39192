import { useEffect, useState } from 'preact/hooks';
import { AccountApi, type SessionInfo } from '../api/account-api.js';
import { fullDate } from '../i18n/dates.js';
import { useApp, useOpenAccount } from '../ui/context.js';
import { toDevice } from './device.js';
import { Section } from './section.js';
import { useConfirmation } from './session-dialogs.js';
import { useAccountTexts } from './texts.js';

export function Sessions() {
  const { app } = useApp();
  const { workspace } = useOpenAccount();
  const api = new AccountApi(workspace.http);
  const texts = useAccountTexts();
  const { run, dialog } = useConfirmation();
  const deviceName = (userAgent: string): string => {
    const { browser, system } = toDevice(userAgent);
    if (browser !== undefined && system !== undefined) return texts.deviceOn(browser, system);
    return browser ?? system ?? texts.unknownDevice;
  };
  const [sessions, setSessions] = useState<readonly SessionInfo[]>([]);
  const load = (): Promise<void> =>
    run(async () => {
      setSessions(await api.sessions());
    });
  useEffect(() => void load(), []);
  const end = (action: () => Promise<void>, notice: string): Promise<void> =>
    run(async () => {
      await action();
      workspace.notices.show(notice);
      await load();
      document.querySelector<HTMLElement>('#sessions h2')?.focus();
    });
  return (
    <Section title={texts.sessions} text={texts.sessionsText} id="sessions">
      <ul class="items">
        {sessions
          .map((session) => ({ ...session, device: deviceName(session.device) }))
          .map((session) => (
            <li key={session.id}>
              <div>
                <p class="item-title" dir="auto">
                  {session.device}
                  {session.current && <span class="badge">{texts.thisDevice}</span>}
                </p>
                <p class="hint">{texts.lastSeen(fullDate(session.lastSeenOn, app.language.code.value))}</p>
              </div>
              {!session.current && (
                <button
                  type="button"
                  class="button"
                  aria-label={texts.endSessionLabel(session.device)}
                  onClick={() => void end(() => api.endSession(session.id), texts.sessionEnded)}
                >
                  {texts.endSession}
                </button>
              )}
            </li>
          ))}
      </ul>
      {sessions.length > 1 && (
        <div class="row-buttons">
          <button
            type="button"
            class="button"
            onClick={() => void end(() => api.endOtherSessions(), texts.othersEnded)}
          >
            {texts.endOthers}
          </button>
        </div>
      )}
      {dialog}
    </Section>
  );
}
