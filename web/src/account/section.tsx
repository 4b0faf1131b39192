import type { ComponentChildren } from 'preact';

interface SectionProps {
  title: string;
  text?: string;
  id?: string;
  children: ComponentChildren;
}

export function Section({ title, text, id, children }: SectionProps) {
  return (
    <section class="card section" id={id} aria-label={title}>
      <div class="section-head">
        <h2 tabIndex={-1}>{title}</h2>
        {text !== undefined && <p class="hint">{text}</p>}
      </div>
      <div class="section-body">{children}</div>
    </section>
  );
}
