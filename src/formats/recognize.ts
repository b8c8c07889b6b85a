import { fileError } from "../core/errors.js";
import { scanFormats } from "../core/scan-formats.js";
import { isDicom } from "../dicom/part10.js";
import { readStart } from "../nifti/source.js";
import { decodeLatin1 } from "../platform/bytes.js";
import { stat } from "../platform/files.js";

/** What a path holds, by its bytes. `"unknown"` is left to the reader of NIfTI, which says what is wrong. */
export type ScanFormat = "nifti" | "nrrd" | "metaimage" | "dicom" | "folder" | "zip" | "unknown";

/**
 * Which format a file is in, told by its first bytes and never by its name; `"folder"` for a folder. Throws a LabError naming
 * what is not there.
 */
export async function recognizeFormat(path: string): Promise<ScanFormat> {
  const info = await stat(path).catch((error: unknown) => {
    throw fileError(path, error, `a scan: ${scanFormats}`);
  });
  if (info.isDirectory()) return "folder";
  const { bytes, compressed } = await readStart(path);
  return compressed ? "nifti" : formatOfStart(bytes);
}

/** As {@link recognizeFormat}, of the first 1,024 bytes of a file or all it has. */
export function formatOfStart(bytes: Uint8Array): ScanFormat {
  const text = decodeLatin1(bytes.subarray(0, 1024));
  if (/^NRRD000\d/.test(text)) return "nrrd";
  if (text.startsWith("PK\x03\x04")) return "zip";
  if (startsNifti(bytes)) return "nifti";
  if (isDicom(bytes)) return "dicom";
  if (/^\s*(ObjectType|NDims|Comment|ObjectSubType|BinaryData|DimSize)\s*=/.test(text)) return "metaimage";
  return "unknown";
}

/** Whether a header's size, 348 or 540 in either byte order, or gzip is what comes first. */
function startsNifti([a, b, c, d]: Uint8Array): boolean {
  const little = (d << 24) | (c << 16) | (b << 8) | a;
  const big = (a << 24) | (b << 16) | (c << 8) | d;
  return [348, 540].includes(little) || [348, 540].includes(big) || (a === 0x1f && b === 0x8b);
}
