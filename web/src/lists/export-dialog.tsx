import { useState } from 'preact/hooks';
import type { List } from '../api/lists-api.js';
import { SharingApi, type ExportFormat } from '../api/sharing-api.js';
import { useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { Dialog } from '../ui/dialog.js';
import { isComplete, saveFile } from '../ui/save-file.js';
import { useAttempt } from './attempt.js';
import { listTexts } from './texts.js';

const FORMATS: readonly ExportFormat[] = ['json', 'csv', 'md'];

/** Saves all tasks of a list in a file. */
export function ExportDialog({ list, onClose }: { list: List; onClose: () => void }) {
  const { http, lists } = useOpenAccount().workspace;
  const texts = useTextsOf(listTexts);
  const shared = useTexts();
  const { run, isRunning, problem } = useAttempt();
  const [format, setFormat] = useState<ExportFormat>('json');
  const [isCut, setCut] = useState(false);
  const save = (): Promise<void> =>
    run(async () => {
      const content = await new SharingApi(http).export(list.id, format);
      const isWhole = format !== 'json' || (await isComplete(content));
      setCut(!isWhole);
      if (!isWhole) return;
      saveFile(`${fileName(lists.nameOf(list))}.${format}`, content);
      onClose();
    });
  return (
    <Dialog title={texts.exportTitle(lists.nameOf(list))} onClose={onClose}>
      <p>{texts.exportText}</p>
      <label class="field">
        <span class="label">{texts.format}</span>
        <select
          value={format}
          onChange={(event) => {
            setFormat(event.currentTarget.value as ExportFormat);
          }}
        >
          {FORMATS.map((one) => (
            <option key={one} value={one}>
              {texts.formats[one]}
            </option>
          ))}
        </select>
      </label>
      <div role="alert">
        {(problem !== undefined || isCut) && <p class="form-error">{problem ?? texts.exportIncomplete}</p>}
      </div>
      <div class="dialog-buttons">
        <button type="button" class="button primary" aria-disabled={isRunning} onClick={() => void save()}>
          {isRunning ? texts.exporting : texts.exportButton}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {shared.cancel}
        </button>
      </div>
    </Dialog>
  );
}

/** The name without characters that file systems reject. */
function fileName(name: string): string {
  return name.replace(/[\\/:*?"<>|\p{Cc}\s]+/gu, ' ').trim() || 'tasks';
}
