import { useTexts, useTextsOf } from '../ui/context.js';
import { Dialog } from '../ui/dialog.js';
import { taskTexts } from './texts.js';

/** The list of keyboard shortcuts. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const texts = useTextsOf(taskTexts);
  const { close } = useTexts();
  return (
    <Dialog title={texts.shortcuts} onClose={onClose}>
      <dl class="shortcuts">
        {texts.shortcutList.map(([keys, what]) => (
          <div key={keys}>
            <dt>{what}</dt>
            <dd>
              {keys.split(', ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div class="dialog-buttons">
        <button type="button" class="button primary" onClick={onClose}>
          {close}
        </button>
      </div>
    </Dialog>
  );
}
