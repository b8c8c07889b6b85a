/** Bytes as text and back in a page: see `platform/bytes.ts`. */

/** Whether this machine stores the low byte of a number first, as nearly all do. */
export const littleEndianMachine: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Characters that one call of `fromCharCode` takes without a stack that is too deep. */
const chunk = 1 << 13;

export function fromBase64(text: string): Uint8Array {
  // As Node reads it: of web addresses too, and up to the padding.
  const plain = text
    .replace(/-/g, "+")
    .replace(/_/g, "/")
    .replace(/[^A-Za-z0-9+/]/g, "");
  return encodeLatin1(atob(plain));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(decodeLatin1(bytes));
}

/** Text as UTF-8. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text of one byte a character, such as headers hold. */
export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function decodeLatin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk));
  return text;
}

/** Byte strings one after another, in memory of their own. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether all bytes are the same. */
export function areBytesEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** Reverses the order of the bytes in each word of 2, 4 or 8 bytes, in place. */
export function swapBytes(bytes: Uint8Array, wordBytes: 2 | 4 | 8): void {
  for (let at = 0; at < bytes.length; at += wordBytes) bytes.subarray(at, at + wordBytes).reverse();
}
