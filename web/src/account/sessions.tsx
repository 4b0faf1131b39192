import { useEffect, useState } from 'preact/hooks';
import type { SessionInfo } from '../api/account-api.js';
import { useApp, useOpenAccount } from '../ui/context.js';
import { toDevice } from './device.js';
import { Section } from './section.js';
import { useConfirmation } from './session-dialogs.js';
import { useAccountTexts } from './texts.js';

export function Sessions() {
  const { app } = useApp();
  const { workspace } = useOpenAccount();
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
      setSessions(await workspace.accounts.sessions());
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
                <p class="hint">{texts.lastSeen(app.language.fullDate(session.lastSeenOn))}</p>
              </div>
              {!session.current && (
                <button
                  type="button"
                  class="button"
                  aria-label={texts.endSessionLabel(session.device)}
                  onClick={() => void end(() => workspace.accounts.endSession(session.id), texts.sessionEnded)}
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
            onClick={() => void end(() => workspace.accounts.endOtherSessions(), texts.othersEnded)}
          >
            {texts.endOthers}
          </button>
        </div>
      )}
      {dialog}
    </Section>
  );
}
