import type { PieceSize, ScanKind } from "tumorlab/internal/contracts/scan-description";
import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { planes } from "tumorlab/internal/volume/planes";
import type { HuRange } from "./grey.js";
import type { ViewerPayload } from "./picture.js";
import { formatMl, formatMm } from "./ruler.js";

/** What stands below a saved picture: the window, where there is one, and the slice of each plane, counted from 1. */
export function captionPicture(
  { payload, kind }: { payload: ViewerPayload; kind: ScanKind },
  { centerHu, widthHu }: HuRange,
  voxel: Triple,
): string {
  const preset = payload.windows.find((each) => each.centerHu === centerHu && each.widthHu === widthHu);
  const name = preset ? `${preset.name} window, ` : "";
  const window = `${name}level ${centerHu}, width ${widthHu}${kind === "ct" ? " HU" : ""}`;
  const slices = planes.map((plane) => {
    const axis = plane.through;
    return `${plane.name} ${voxel[axis] + 1} of ${payload.shape[axis]}`;
  });
  return [...(kind === "labels" ? [] : [window]), ...slices].join("  ·  ");
}

/** Name of the file of a saved picture, without its ending: the scan's, in letters that every system takes, and the voxel, counted from 1. */
export function namePicture({ title = "scan" }: Pick<ViewerPayload, "title">, voxel: Triple): string {
  const name = title.replace(/\.(nii(\.gz)?|nrrd|nhdr|mha|mhd|dcm|zip)$/i, "");
  return `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}-${voxel.map((index) => index + 1).join("-")}`;
}

/** The size of a connected piece in a sentence. */
export function describePiece(
  { volumeMl, voxels, diameterMm, axialDiameterMm, axialEnds }: PieceSize,
  name: string,
): string {
  return (
    `${name}, this connected piece: ${formatMl(volumeMl)} (${voxels} voxels), longest diameter ` +
    `${formatMm(diameterMm)}, longest in an axial slice ${formatMm(axialDiameterMm)} (slice ${axialEnds[0][2] + 1}).`
  );
}
