import { gzipSync } from "node:zlib";
import type { VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import type { DecodedVolume } from "#environment/lab/src/logic/decode.js";

/** Bytes as a payload holds them. */
export function pack(bytes: Uint8Array): string {
  return gzipSync(bytes).toString("base64");
}

/**
 * A payload of 4 x 3 x 2 voxels of 1 x 2 x 3 mm whose origin lies at (10, 20, 30) mm: level and HU of voxel
 * `[x, y, z]` are `x + 4 y + 12 z`; voxel 22 is of label 1 (an organ), voxel 23 of label 2 (a lesion).
 */
export function createTestPayload(): VolumePayload {
  const ct = Uint8Array.from({ length: 24 }, (_, i) => i);
  const labels = new Uint8Array(24);
  labels[22] = 1;
  labels[23] = 2;
  return {
    version: 1,
    title: "Test",
    shape: [4, 3, 2],
    spacingMm: [1, 2, 3],
    affine: [1, 0, 0, 10, 0, 2, 0, 20, 0, 0, 3, 30, 0, 0, 0, 1],
    sourceShape: [8, 6, 4],
    sourceSpacingMm: [0.5, 1, 1.5],
    ct: { encoding: "gzip+base64", data: pack(ct), levelsHu: Array.from({ length: 256 }, (_, i) => i) },
    labels: {
      encoding: "gzip+base64",
      data: pack(labels),
      table: [
        { value: 1, name: "Liver", color: "#ff8000", lesion: false },
        { value: 2, name: "Liver lesion", color: "#ff0000", lesion: true },
      ],
    },
    windows: [{ name: "Soft tissue", centerHu: 40, widthHu: 400 }],
    crosshair: [1, 1, 1],
    overlayOpacity: 0.5,
    files: { ct: "data/ct.nii.gz" },
  };
}

/** The same volume, unpacked. */
export function createTestVolume(): DecodedVolume {
  const labels = new Uint8Array(24);
  labels[22] = 1;
  labels[23] = 2;
  return { payload: createTestPayload(), ct: Uint8Array.from({ length: 24 }, (_, i) => i), labels };
}
