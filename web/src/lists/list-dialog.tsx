import { useId, useState } from 'preact/hooks';
import type { List, ListColor } from '../api/lists-api.js';
import { useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { Dialog } from '../ui/dialog.js';
import { ExportDialog } from './export-dialog.js';
import { ImportDialog } from './import-dialog.js';
import { ShareDialog } from './share-dialog.js';
import { sideBarTexts } from './side-bar-texts.js';
import { listTexts } from './texts.js';

/** A dialog about a list. */
export type ListDialogKind = 'color' | 'share' | 'import' | 'export' | 'leave';

interface ListDialogProps {
  kind: ListDialogKind;
  list: List;
  onClose: () => void;
  /** Runs after the list was left. */
  onGone?: (() => void) | undefined;
}

/** The dialogs that the menu of a list opens. They show the list as it is now, and close when it is lost. */
export function ListDialog({ kind, list, onClose, onGone }: ListDialogProps) {
  const { lists } = useOpenAccount().workspace;
  const now = lists.find(list.id) ?? list;
  switch (kind) {
    case 'color':
      return <ColorDialog list={now} onClose={onClose} />;
    case 'share':
      return <ShareDialog list={now} onClose={onClose} />;
    case 'import':
      return <ImportDialog list={now} onClose={onClose} />;
    case 'export':
      return <ExportDialog list={now} onClose={onClose} />;
    case 'leave':
      return <LeaveDialog list={now} onClose={onClose} onGone={onGone} />;
  }
}

function ColorDialog({ list, onClose }: { list: List; onClose: () => void }) {
  const { lists } = useOpenAccount().workspace;
  const texts = useTextsOf(listTexts);
  const shared = useTexts();
  const { listColor } = useTextsOf(sideBarTexts);
  const group = useId();
  const [color, setColor] = useState<ListColor | null>(list.color);
  const choices: readonly (ListColor | null)[] = [null, ...(Object.keys(texts.colors) as ListColor[])];
  return (
    <Dialog title={texts.colorTitle(lists.nameOf(list))} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          lists.setColor(list, color);
          onClose();
        }}
      >
        <fieldset class="swatches">
          <legend class="visually-hidden">{listColor}</legend>
          {choices.map((choice) => {
            const label = choice === null ? texts.noColor : texts.colors[choice];
            return (
              <label key={label} class="swatch" title={label}>
                <input
                  type="radio"
                  name={group}
                  aria-label={label}
                  checked={choice === color}
                  onChange={() => {
                    setColor(choice);
                  }}
                />
                <span class={`list-dot ${choice ?? ''}`} />
              </label>
            );
          })}
        </fieldset>
        <div class="dialog-buttons">
          <button type="submit" class="button primary">
            {texts.save}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {shared.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function LeaveDialog({ list, onClose, onGone }: Omit<ListDialogProps, 'kind'>) {
  const { lists } = useOpenAccount().workspace;
  const texts = useTextsOf(listTexts);
  const shared = useTexts();
  return (
    <Dialog title={texts.leaveTitle(lists.nameOf(list))} onClose={onClose}>
      <p>{texts.leaveText}</p>
      <div class="dialog-buttons">
        <button
          type="button"
          class="button danger"
          onClick={() => {
            onClose();
            lists.leave(list);
            onGone?.();
          }}
        >
          {texts.leave}
        </button>
        <button type="button" class="button" autofocus onClick={onClose}>
          {shared.cancel}
        </button>
      </div>
    </Dialog>
  );
}
