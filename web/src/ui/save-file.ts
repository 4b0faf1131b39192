/** Saves a file, as if it had been downloaded. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** Whether an exported JSON file is whole: a truncated one lacks the last member. */
export async function isComplete(file: Blob): Promise<boolean> {
  return /"complete"\s*:\s*true\s*\}\s*$/.test(await file.slice(-64).text());
}
