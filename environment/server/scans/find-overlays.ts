import { readdir } from "node:fs/promises";
import type { OverlayChoice } from "tumorlab/internal/contracts/scan-description";
import { caseNameOf, scanName } from "tumorlab/internal/data/flat-names";
import type { Project } from "../contents/paths.js";

/** Names that tell a label map, and folders that hold some. */
const labelName =
  /(^|[_.-])(combined_labels|segmentations?|labels?|masks?|seg|labelmap|lesions?|tumou?rs?|rois?)([_.-]|\d|$)/i;
const labelFolder = /^(segmentations?|labels?(Tr|Ts|Pr)?|masks?|gt_segmentations|mask_only)$/i;
/** Where nnU-Net and the Decathlon keep the labels of a folder of images. */
const partner: Readonly<Record<string, string>> = {
  imagesTr: "labelsTr",
  imagesTs: "labelsTs",
  images: "labels",
};
/** A longer list is no help. */
const mostChoices = 60;

/**
 * Label maps that may belong to a scan, told by where they lie and what they are called, those of the same case first:
 * beside it (`ct_seg.nii.gz`, `labels.nii.gz`), in `segmentations/`, `labels/` or `masks/` beside it (also all masks of such
 * a folder together), and in nnU-Net's `labelsTr` beside `imagesTr`. Whether they lie on its grid is seen when one is chosen.
 *
 * @param path of the scan in the project
 */
export async function findOverlays(project: Project, path: string): Promise<OverlayChoice[]> {
  const parts = path.split("/");
  const file = parts.pop() ?? "";
  const folder = parts.join("/");
  const stem = caseNameOf(file);
  const base = stem.replace(/([_.-]?(ct|image|img|imaging|volume|scan))+$/i, "");
  const found: (OverlayChoice & { isOwn: boolean })[] = [];
  const list = async (place: string): Promise<string[]> => {
    try {
      const names = await readdir(await project.locate(place));
      return names.filter((name) => !name.startsWith(".")).sort();
    } catch {
      return []; // No such folder, or none that may be seen: nothing is offered from it.
    }
  };
  const join = (...names: string[]): string => names.filter((name) => name !== "").join("/");
  const here = await list(folder);
  for (const name of here) {
    if (name === file) continue;
    const isOwn = caseNameOf(name).startsWith(base);
    if (scanName.test(name) && labelName.test(caseNameOf(name)))
      found.push({ path: join(folder, name), name, isOwn });
    if (!labelFolder.test(name)) continue;
    const masks = (await list(join(folder, name))).filter((each) => scanName.test(each));
    const own = masks.filter((each) => caseNameOf(each) === stem);
    // A folder with a file for this case is one of many cases; else its files are the structures of this one.
    if (own.length === 0 && masks.length > 1)
      found.push({
        path: join(folder, name),
        name: `${name}/ (${masks.length} masks together)`,
        isOwn: true,
      });
    for (const each of own.length > 0 ? own : masks)
      found.push({ path: join(folder, name, each), name: `${name}/${each}`, isOwn: own.length > 0 });
  }
  const last = parts.pop();
  const labels = last === undefined ? undefined : partner[last];
  if (labels !== undefined)
    for (const name of await list(join(...parts, labels)))
      if (scanName.test(name) && caseNameOf(name) === stem)
        found.push({ path: join(...parts, labels, name), name: `${labels}/${name}`, isOwn: true });
  return [...found.filter(({ isOwn }) => isOwn), ...found.filter(({ isOwn }) => !isOwn)]
    .slice(0, mostChoices)
    .map(({ path, name }) => ({ path, name }));
}
