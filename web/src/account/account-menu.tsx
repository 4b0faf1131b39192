import { useState } from 'preact/hooks';
import { asApiError } from '../api/api-error.js';
import { PATHS } from '../state/route.js';
import { useApp, useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { Lazy } from '../ui/lazy.js';
import { MenuButton } from '../ui/menu.js';
import { sideBarTexts } from '../lists/side-bar-texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

/**
 * Settings and log-out.
 *
 * @param go Follows a link; unset: by a new entry in the history.
 */
export function AccountMenu({ go }: { go?: ((to: string) => void) | undefined }) {
  const { app, router } = useApp();
  const { account, workspace } = useOpenAccount();
  const texts = useTexts();
  const own = useTextsOf(sideBarTexts);
  const [unsaved, setUnsaved] = useState(0);
  const logOut = async (): Promise<void> => {
    try {
      await app.logOut(workspace);
      router.go(PATHS.tasks, true);
    } catch (error) {
      asApiError(error);
      workspace.notices.show(own.logOutFailed, { tone: 'problem' });
    }
  };
  const ask = async (): Promise<void> => {
    const left = await workspace.finishChanges();
    if (left > 0) setUnsaved(left);
    else await logOut();
  };
  return (
    <div class="account-menu">
      <MenuButton
        label={own.accountOf(account.username)}
        class="side-link account-button"
        items={[
          {
            label: texts.settings,
            icon: MORE_ICONS.settings,
            run: () => {
              if (go) go(PATHS.settings);
              else router.go(PATHS.settings);
            },
          },
          { label: own.logOut, icon: MORE_ICONS.leave, run: () => void ask() },
        ]}
      >
        <Icon path={MORE_ICONS.account} />
        <span class="side-name" dir="auto">
          {account.username}
        </span>
      </MenuButton>
      {unsaved > 0 && (
        <Lazy
          load={async () => (await import('./session-dialogs.js')).UnsavedDialog}
          count={unsaved}
          onStay={() => {
            setUnsaved(0);
          }}
          onLeave={() => {
            setUnsaved(0);
            void logOut();
          }}
        />
      )}
    </div>
  );
}
