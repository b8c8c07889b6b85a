/** Bytes as text and back, where a platform's own way is many times faster than a loop. */

/** Whether this machine stores the low byte of a number first, as nearly all do. */
export const littleEndianMachine: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}

export function toBase64(bytes: Uint8Array): string {
  return view(bytes).toString("base64");
}

/** Text as UTF-8. */
export function encodeText(text: string): Uint8Array {
  return Buffer.from(text);
}

/** Text of one byte a character, such as headers hold. */
export function encodeLatin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

export function decodeLatin1(bytes: Uint8Array): string {
  return view(bytes).toString("latin1");
}

/** Byte strings one after another, in memory of their own. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** Whether all bytes are the same; reads memory several times faster than a loop over words. */
export function areBytesEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** Reverses the order of the bytes in each word of 2, 4 or 8 bytes, in place. */
export function swapBytes(bytes: Uint8Array, wordBytes: 2 | 4 | 8): void {
  const words = view(bytes);
  if (wordBytes === 2) words.swap16();
  else if (wordBytes === 4) words.swap32();
  else words.swap64();
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
