import { useEffect } from 'preact/hooks';
import { useTexts } from '../ui/context.js';
import { CopyButton, Secret, saveFile } from './secret.js';

interface RecoveryCodeScreenProps {
  code: string;
  username: string;
  /** Why the code was created. */
  note?: string | undefined;
  onSaved: () => void;
}

/** Shows a recovery code, once. */
export function RecoveryCodeScreen({ code, username, note, onSaved }: RecoveryCodeScreenProps) {
  const texts = useTexts();
  useEffect(() => {
    document.querySelector<HTMLElement>('main h1')?.focus();
  }, []);
  const download = (): void => {
    const text = texts.codeFile(username, code, location.origin);
    saveFile('tasks-recovery-code.txt', new Blob([text], { type: 'text/plain' }));
  };
  return (
    <section class="card narrow">
      <h1 tabIndex={-1}>{texts.codeTitle}</h1>
      <p class="lead">{note ?? texts.codeText}</p>
      <Secret label={texts.recoveryCode} value={code} />
      <div class="row-buttons">
        <CopyButton text={code} />
        <button type="button" class="button" onClick={download}>
          {texts.download}
        </button>
      </div>
      <button type="button" class="button primary wide" onClick={onSaved}>
        {texts.codeSaved}
      </button>
    </section>
  );
}
