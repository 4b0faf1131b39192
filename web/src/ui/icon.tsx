/** The icons of what is shown first; `more-icons.ts` has the others. */
export const ICONS = {
  plus: 'M12 5v14M5 12h14',
  search: 'M16.5 16.5 21 21M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  warning: 'M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17h.01',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  star: 'M12 4.2l2.4 4.9 5.4.8-3.9 3.8.9 5.4-4.8-2.6-4.8 2.6.9-5.4-3.9-3.8 5.4-.8L12 4.2Z',
  up: 'M12 19V5M6 11l6-6 6 6',
  note: 'M6 4.5h12v15H6v-15ZM9 9h6M9 12.5h6M9 16h3',
  repeat: 'M5 11V9.5A2.5 2.5 0 0 1 7.5 7H18M15 4l3 3-3 3M19 13v1.5a2.5 2.5 0 0 1-2.5 2.5H6M9 20l-3-3 3-3',
  chevron: 'M9 6l6 6-6 6',
} as const;

export type IconName = keyof typeof ICONS;

/** A decorative icon, hidden from screen readers: its parent has a text. `path`: one of a part that is loaded later. */
export function Icon(icon: { name: IconName } | { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={'name' in icon ? ICONS[icon.name] : icon.path} />
    </svg>
  );
}
