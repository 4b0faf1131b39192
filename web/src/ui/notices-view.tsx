import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Notice, Notices } from '../state/notices.js';
import { useApp, useTextsOf } from './context.js';
import { Icon } from './icon.js';
import { runSoon } from './rendering.js';

/** Distance of a message from the edge of the window and from what has the focus, in pixels. */
const MARGIN = 24;

const noticeTexts = {
  en: { messages: 'Messages', dismiss: 'Dismiss' },
  de: { messages: 'Meldungen', dismiss: 'Schließen' },
};

/** The newest message, announced by screen readers. */
export function NoticesView() {
  const { app } = useApp();
  const [newest] = [app.notices, app.open?.workspace.notices]
    .flatMap((notices) => notices?.shown.value.map((notice) => ({ notices, notice })) ?? [])
    .sort((a, b) => b.notice.key - a.notice.key);
  return (
    <section class="notices" aria-label={useTextsOf(noticeTexts).messages}>
      <div role="status" aria-live="polite">
        {newest && <NoticeView key={newest.notice.key} {...newest} />}
      </div>
    </section>
  );
}

function NoticeView({ notices, notice }: { notices: Notices; notice: Notice }) {
  const texts = useTextsOf(noticeTexts);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** What keeps the message open. */
  const holders = useRef(new Set<'pointer' | 'focus'>());
  const element = useRef<HTMLDivElement>(null);
  const cameFrom = useRef<EventTarget | null>(null);
  const isAtTop = useClearOfFocus(element);
  const dismiss = (): void => {
    const hadFocus = element.current?.contains(document.activeElement);
    notices.dismiss(notice.key);
    if (!hadFocus) return;
    const before = cameFrom.current;
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    else document.querySelector<HTMLElement>('#new-task, main h1')?.focus();
  };
  const hold = (by: 'pointer' | 'focus'): void => {
    holders.current.add(by);
    clearTimeout(timer.current);
  };
  const release = (by: 'pointer' | 'focus'): void => {
    holders.current.delete(by);
    clearTimeout(timer.current);
    if (holders.current.size === 0) timer.current = setTimeout(dismiss, notice.milliseconds);
  };
  useEffect(() => {
    timer.current = setTimeout(dismiss, notice.milliseconds);
    return () => {
      clearTimeout(timer.current);
    };
  }, []);
  return (
    <div
      ref={element}
      class={`notice ${notice.tone}${isAtTop ? ' at-top' : ''}`}
      onPointerEnter={() => {
        hold('pointer');
      }}
      onPointerLeave={() => {
        release('pointer');
      }}
      onFocusIn={(event) => {
        hold('focus');
        if (!element.current?.contains(event.relatedTarget as Node | null)) cameFrom.current = event.relatedTarget;
      }}
      onFocusOut={() => {
        release('focus');
      }}
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

/**
 * Whether the message has to be at the top of the window, because at the foot it would cover what has the focus: the row
 * that it is about.
 */
function useClearOfFocus(element: { readonly current: HTMLElement | null }): boolean {
  const [isAtTop, setAtTop] = useState(false);
  useLayoutEffect(() => {
    const place = (): void => {
      const { activeElement } = document;
      if (activeElement === null || activeElement === document.body || element.current?.contains(activeElement)) return;
      const focused = (activeElement.closest('li') ?? activeElement).getBoundingClientRect();
      const height = element.current?.offsetHeight ?? 0;
      setAtTop(focused.bottom > innerHeight - height - MARGIN && focused.top > height + MARGIN);
    };
    // It reports the size after the layout of a frame: to measure then forces no layout.
    const observer = new ResizeObserver(place);
    if (element.current) observer.observe(element.current);
    const onFocusIn = (): void => {
      runSoon(place);
    };
    addEventListener('focusin', onFocusIn);
    return () => {
      observer.disconnect();
      removeEventListener('focusin', onFocusIn);
    };
  }, []);
  return isAtTop;
}
