import type { ComponentChildren } from 'preact';
import { useTexts } from './context.js';
import { Icon } from './icon.js';

interface MessageProps {
  /** Path of the icon. */
  icon: string;
  title: string;
  text: string;
  alert?: boolean;
  /** Whether it is the only content of the page, so that its title is the page's. */
  whole?: boolean;
  children?: ComponentChildren;
}

/** A message in place of content: empty, not found, failed. */
export function Message({ icon, title, text, alert, whole, children }: MessageProps) {
  const Title = whole ? 'h1' : 'h2';
  return (
    <div class="message" role={alert ? 'alert' : undefined}>
      <Icon path={icon} />
      <Title>{title}</Title>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Placeholder of the list while it loads; CSS shows it after 200 ms, and its words after 3 s. */
export function Skeleton() {
  const texts = useTexts();
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{texts.loading}</span>
      {Array.from({ length: 6 }, (_, place) => (
        <span key={place} class="skeleton-row" aria-hidden="true" />
      ))}
      <p class="slow">{texts.slow}</p>
    </div>
  );
}
