/** The folder of the built page: `assets.json` lists its files. Ends with a slash. */
export const distUrl = new URL('./dist/', import.meta.url);
