import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AppModel, OpenAccount } from '../state/app-model.js';
import type { Texts } from '../i18n/en.js';
import type { Router } from './router.js';

/** Objects available to every component. */
interface AppContext {
  readonly app: AppModel;
  readonly router: Router;
}

const Context = createContext<AppContext | undefined>(undefined);

/** Provides the model to the components inside. */
export const AppProvider = Context.Provider;

export function useApp(): AppContext {
  const context = useContext(Context);
  if (context === undefined) throw new Error('useApp needs an AppProvider around the component');
  return context;
}

const OpenContext = createContext<OpenAccount | undefined>(undefined);

/** Provides the open account to the components inside, which keep it until they are replaced. */
export const OpenAccountProvider = OpenContext.Provider;

/** The open account, in a component that is only shown while there is one. */
export function useOpenAccount(): OpenAccount {
  const open = useContext(OpenContext);
  if (open === undefined) throw new Error('useOpenAccount needs an OpenAccountProvider around the component');
  return open;
}

/** The texts in the current language; the component renders again when it changes. */
export function useTexts(): Texts {
  return useApp().app.language.texts.value;
}

/** Texts of a part that is loaded on demand, in every language. */
interface PartTexts<T> {
  readonly en: T;
  readonly de: T;
}

/** As `useTexts`, for the texts of a part. */
export function useTextsOf<T>(texts: PartTexts<T>): T {
  return texts[useApp().app.language.code.value];
}
