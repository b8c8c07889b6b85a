/**
 * Splits a name for numbering: `.nii.gz` and `.tar.gz` count as one ending, a leading dot doesn't.
 *
 * @returns the stem and the ending with its dot (empty when there is none)
 */
export function splitName(name: string): [stem: string, ending: string] {
  const ending = /(?:\.(?:nii|tar))?\.[^.]+$/i.exec(name)?.[0] ?? "";
  return ending === name ? [name, ""] : [name.slice(0, name.length - ending.length), ending];
}

/**
 * The names to try for a copy: `scan-Copy1.nii.gz`, `scan-Copy2.nii.gz` and so on; in another folder the plain name
 * first.
 */
export function* namesForCopy(name: string, sameFolder: boolean): Generator<string> {
  const [stem, ending] = splitName(name);
  const plain = stem.replace(/-Copy\d*$/, "");
  if (!sameFolder) yield name;
  for (let i = 1; ; i++) yield `${plain}-Copy${i}${ending}`;
}

/** The names to try for something new: `Untitled.ipynb`, `Untitled1.ipynb`; folders: `Untitled Folder 1`. */
export function* namesForNew(type: string, ending: string): Generator<string> {
  const [stem, gap] = { notebook: ["Untitled", ""], directory: ["Untitled Folder", " "] }[type] ?? [
    "untitled",
    "",
  ];
  yield `${stem}${ending}`;
  for (let i = 1; ; i++) yield `${stem}${gap}${i}${ending}`;
}
