/** The part of Storage that is used here. */
export type ItemStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * Returns a storage that never throws: if the browser denies it or it is full, items are not saved.
 *
 * @param open Returns the browser's storage; it may throw too.
 */
export function safeStorage(open: () => ItemStorage): ItemStorage {
  const attempt = <T>(use: (storage: ItemStorage) => T, otherwise: T): T => {
    try {
      return use(open());
    } catch {
      return otherwise;
    }
  };
  return {
    getItem: (key) => attempt((storage) => storage.getItem(key), null),
    setItem: (key, value) => {
      attempt((storage) => {
        storage.setItem(key, value);
      }, undefined);
    },
    removeItem: (key) => {
      attempt((storage) => {
        storage.removeItem(key);
      }, undefined);
    },
  };
}

/** localStorage, if available. */
export const safeLocalStorage = safeStorage(() => localStorage);
/** sessionStorage, if available. */
export const safeSessionStorage = safeStorage(() => sessionStorage);
