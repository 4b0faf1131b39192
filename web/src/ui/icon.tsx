const PATHS = {
  plus: 'M12 5v14M5 12h14',
  search: 'M16.5 16.5 21 21M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z',
  close: 'M6 6l12 12M18 6 6 18',
  pencil: 'M4 20h4L19 9l-4-4L4 16v4ZM13.5 6.5l4 4',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM7 17a2 2 0 1 0 4 0 2 2 0 0 0-4 0Z',
  leave: 'M14 8V5H5v14h9v-3M10 12h11M18 9l3 3-3 3',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  warning: 'M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17h.01',
  inbox: 'M4 13.5 6.5 5h11L20 13.5V19H4v-5.5ZM4 13.5h5a3 3 0 0 0 6 0h5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  today: 'M5 6.5h14V20H5V6.5ZM5 11h14M9 4v4M15 4v4M9 15h2',
  upcoming: 'M5 6.5h14V20H5V6.5ZM5 11h14M9 4v4M15 4v4M9.5 15.5h5M13 13.5l2 2-2 2',
  star: 'M12 4.2l2.4 4.9 5.4.8-3.9 3.8.9 5.4-4.8-2.6-4.8 2.6.9-5.4-3.9-3.8 5.4-.8L12 4.2Z',
  list: 'M9 7h11M9 12h11M9 17h11M4.5 7h.01M4.5 12h.01M4.5 17h.01',
  people:
    'M12.5 8.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM2.5 19.5c.6-3.4 3-5 6.5-5s5.9 1.6 6.5 5M16 5.3a3.3 3.3 0 0 1 0 6.4M18.5 14.9c1.7.8 2.7 2.3 3 4.6',
  palette:
    'M12 3.5a8.5 8.5 0 1 0 0 17c1.7 0 2-1.2 1.4-2.3-.7-1.4 0-2.7 1.6-2.7h2.5a3 3 0 0 0 3-3c0-5-3.8-9-8.5-9ZM7.5 12h.01M9.5 8h.01M14.5 8h.01',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  upload: 'M12 15V4M7.5 8.5 12 4l4.5 4.5M5 15v4.5h14V15',
  download: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M5 15v4.5h14V15',
  account: 'M15.5 8.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM5 19.5c.8-3.4 3.3-5 7-5s6.2 1.6 7 5',
  note: 'M6 4.5h12v15H6v-15ZM9 9h6M9 12.5h6M9 16h3',
  repeat: 'M5 11V9.5A2.5 2.5 0 0 1 7.5 7H18M15 4l3 3-3 3M19 13v1.5a2.5 2.5 0 0 1-2.5 2.5H6M9 20l-3-3 3-3',
  sort: 'M7 5v14M4 16l3 3 3-3M13 7h7M13 12h5M13 17h3',
  chevron: 'M9 6l6 6-6 6',
  top: 'M12 20V9M6 14l6-6 6 6M5 4h14',
  previous: 'M14.5 6l-6 6 6 6',
  next: 'M9.5 6l6 6-6 6',
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon, hidden from screen readers: its parent has a text. `path`: one that only a part loaded later has. */
export function Icon(icon: { name: IconName } | { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={'name' in icon ? PATHS[icon.name] : icon.path} />
    </svg>
  );
}
