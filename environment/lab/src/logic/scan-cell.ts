/** A scan that a cell is to read. Paths are those in the project. */
export interface ScanToRead {
  path: string;
  /** Of a folder or archive that holds several. */
  series?: string;
  /** A label map or folder of masks over it. */
  labels?: string;
}

/**
 * The code of a cell that reads a scan and shows it: with the import where the notebook has none yet, and names that it does
 * not use yet.
 *
 * @param notebook path of the notebook in the project; kernels run in its folder
 * @param sources code of its cells
 */
export function createScanCell(notebook: string, sources: readonly string[], scan: ScanToRead): string {
  const code = sources.join("\n");
  const found = /import\s*\*\s*as\s+([\w$]+)\s+from\s*["']tumorlab["']/.exec(code);
  const lab = found?.[1] ?? "lab";
  const nameOf = (name: string): string => {
    let count = 1;
    const full = (): string => (count === 1 ? name : `${name}${count}`);
    while (new RegExp(`\\b${full()}\\b`).test(code)) count++;
    return full();
  };
  const pathOf = (path: string): string => JSON.stringify(relativePath(notebook, path));
  const volume = nameOf("scan");
  const series = scan.series === undefined ? [] : [`series: ${JSON.stringify(scan.series)}`];
  const optionsOf = (options: readonly string[]): string =>
    options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  const lines = found ? [] : [`import * as ${lab} from "tumorlab";`];
  if (scan.labels === undefined)
    return [
      ...lines,
      `const ${volume} = await ${lab}.readVolume(${pathOf(scan.path)}${optionsOf(series)});`,
      `${lab}.view(${volume});`,
    ].join("\n");
  // It knows what the viewer knows: names that files beside the labels give, and folders of masks.
  const options = optionsOf([...series, `labels: ${pathOf(scan.labels)}`]);
  return [
    ...lines,
    `const ${volume} = await ${lab}.data.openScan(${pathOf(scan.path)}${options});`,
    `${lab}.view(${volume}.ct, ${volume}.labels);`,
  ].join("\n");
}

/** A path in the project as seen from a notebook's folder. */
function relativePath(notebook: string, path: string): string {
  const from = notebook.split("/").slice(0, -1);
  const to = path.split("/");
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}
