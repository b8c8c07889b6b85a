/**
 * Whether bytes start as a DICOM file does: `DICM` after 128 bytes, or, as older archives wrote them, an element of group 8
 * at once whose kind or length is one that there can be.
 */
export function isDicom(bytes: Uint8Array): boolean {
  if (hasPreamble(bytes)) return true;
  const [group, high, element, top, a, b, c, d] = bytes;
  if (bytes.length < 64 || group !== 8 || high !== 0 || top !== 0 || element > 0x18) return false;
  return isCapital(a) && isCapital(b) ? true : b === 0 && c === 0 && d === 0 && a <= 64;
}

/** Whether the 128 bytes before `DICM` are there. */
export function hasPreamble(bytes: Uint8Array): boolean {
  return bytes.length > 132 && String.fromCharCode(...bytes.subarray(128, 132)) === "DICM";
}

function isCapital(byte: number): boolean {
  return byte >= 65 && byte <= 90;
}
