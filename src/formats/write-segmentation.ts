import { codeStructures } from "../anatomy/structure-codes.js";
import { orientationOf } from "../core/affine.js";
import { readVersion } from "../core/code-version.js";
import { LabError, requireThat } from "../core/errors.js";
import { writeFileWhole } from "../core/files.js";
import { requireSameGrid, toLabelMap } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import { chooseContent } from "../dicom/choose-content.js";
import { collectDicom, type DicomContent, type DicomSeries } from "../dicom/collect.js";
import { judgeGeometry } from "../dicom/geometry.js";
import { parseDicom, textOf } from "../dicom/parse.js";
import { encodeSegmentation, type SegmentationSource } from "../dicom/write-segmentation.js";
import { looksLikeLabels } from "../volume/looks-like-labels.js";
import { reorient } from "../volume/orientation.js";
import { readHeader } from "./header.js";

/** The scan that a DICOM SEG refers to. */
export interface SegmentationOptions {
  /** Folder, archive or file with the DICOM series that the labels were made on. */
  ct?: string;
  /** Which of its series; by default the one whose grid the labels have. */
  series?: string;
}

/**
 * Writes a label map as a DICOM SEG that refers to the slices of its scan, whole or not at all: binary, without compression, with
 * names and codes (SNOMED CT) of the structures, and without anything that says who the patient is but the UIDs that it refers by.
 * The labels may lie in another orientation than the scan. Where the scan's slices are tilted or uneven, labels on the
 * grid that they are resampled to refer to the series, not to slices.
 *
 * Throws a LabError where `ct` is missing or no series of it has the grid of the labels, and for a picture.
 */
export async function writeSegmentation(
  path: string,
  volume: Volume,
  { ct, series }: SegmentationOptions,
): Promise<void> {
  requireThat(looksLikeLabels(volume), path, "a picture", "a label map: scans are not written as DICOM");
  if (ct === undefined)
    throw new LabError(
      path,
      "no scan that it refers to",
      "the DICOM series that the labels were made on: { ct: folder }, or --ct DIR",
    );
  const content = await collectDicom(ct);
  const map = toLabelMap(volume, (volume as Partial<LabelMap>).names ?? {}, path);
  const found = await findSeries(map, content, ct, series);
  const version = await readVersion();
  const loss = await readLoss(content, found.slices[0].file);
  const codes = codeStructures(found.map.names);
  const bytes = encodeSegmentation({ ...found, codes, version, ...(loss ? { loss } : {}) }, path);
  await writeFileWhole(path, [bytes]);
}

type Placed = Pick<SegmentationSource, "map" | "slices" | "onSlices">;

/** The series that labels lie on. Throws a LabError that says how they differ from the only series or the one asked for. */
async function findSeries(
  map: LabelMap,
  content: DicomContent,
  ct: string,
  asked: string | undefined,
): Promise<Placed> {
  if (asked === undefined && content.series.length > 1) {
    const fitting: Placed[] = [];
    for (const series of content.series)
      await placeOn(map, series, ct)
        .then((placed) => fitting.push(placed))
        .catch((error: unknown) => {
          if (!(error instanceof LabError)) throw error;
        });
    if (fitting.length === 1) return fitting[0];
  }
  const chosen = await chooseContent({ ...content, objects: [] }, asked, ct);
  return placeOn(map, (chosen as { series: DicomSeries }).series, ct);
}

async function placeOn(map: LabelMap, series: DicomSeries, ct: string): Promise<Placed> {
  const { slices, affine, spacingMm, irregular } = judgeGeometry(series.slices, ct);
  const [{ rows, columns }] = slices;
  const grid = irregular
    ? await readHeader(ct, { series: series.name, irregular: "resample" })
    : { shape: [columns, rows, slices.length] as const, affine, spacingMm };
  const turned = reorient(map, orientationOf(grid.affine));
  const scan = { ...turned, shape: grid.shape, affine: grid.affine, spacingMm: grid.spacingMm };
  requireSameGrid(turned, scan, ["the labels", `series ${JSON.stringify(series.name)} of ${ct}`]);
  return { map: { ...scan, data: turned.data }, slices, onSlices: !irregular };
}

/** What a header says of compression with loss, which goes with everything made from the picture. */
async function readLoss(
  { sources }: DicomContent,
  file: string,
): Promise<{ ratio?: string; method?: string } | undefined> {
  const data = parseDicom(await sources.get(file)!.read(), file, true);
  if (textOf(data, "x00282110") !== "01") return undefined;
  const [ratio, method] = [textOf(data, "x00282112"), textOf(data, "x00282114")];
  return { ...(ratio === undefined ? {} : { ratio }), ...(method === undefined ? {} : { method }) };
}
