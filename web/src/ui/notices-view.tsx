import { useEffect, useRef } from 'preact/hooks';
import type { Notice, Notices } from '../state/notices.js';
import { useApp, useTexts } from './context.js';
import { Icon } from './icon.js';

/** The messages at the foot of the page, announced by screen readers. */
export function NoticesView() {
  const { app } = useApp();
  return (
    <section class="notices" aria-label={useTexts().messages}>
      <div role="status" aria-live="polite">
        {[app.notices, app.open?.workspace.notices].map((notices) =>
          notices?.shown.value.map((notice) => <NoticeView key={notice.key} notices={notices} notice={notice} />),
        )}
      </div>
    </section>
  );
}

function NoticeView({ notices, notice }: { notices: Notices; notice: Notice }) {
  const texts = useTexts();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const element = useRef<HTMLDivElement>(null);
  const cameFrom = useRef<EventTarget | null>(null);
  const dismiss = (): void => {
    const hadFocus = element.current?.contains(document.activeElement);
    notices.dismiss(notice.key);
    if (!hadFocus) return;
    const before = cameFrom.current;
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    else document.querySelector<HTMLElement>('#new-task, main h1')?.focus();
  };
  const pause = (): void => {
    clearTimeout(timer.current);
  };
  const run = (): void => {
    pause();
    timer.current = setTimeout(dismiss, notice.milliseconds);
  };
  useEffect(() => {
    run();
    return pause;
  }, []);
  return (
    <div
      ref={element}
      class={`notice ${notice.tone}`}
      onPointerEnter={pause}
      onPointerLeave={run}
      onFocusIn={(event) => {
        pause();
        if (!element.current?.contains(event.relatedTarget as Node | null)) cameFrom.current = event.relatedTarget;
      }}
      onFocusOut={run}
    >
      <p dir="auto">{notice.text}</p>
      {notice.action && (
        <button
          type="button"
          class="notice-action"
          onClick={() => {
            // The action first: dismissing sends the change that it would withdraw.
            notice.action?.run();
            dismiss();
          }}
        >
          {notice.action.label}
        </button>
      )}
      <button type="button" class="icon-button" aria-label={texts.dismiss} onClick={dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
