/** Memory that several threads see: browsers have it only in pages that are isolated from others. */

/** Whether threads can share memory. */
export const canShareMemory: boolean = true;

/** Memory that threads share where they can; elsewhere each thread that is sent it has a copy. */
export function makeShared(bytes: number): ArrayBufferLike {
  return new SharedArrayBuffer(bytes);
}

/** Whether memory is of the kind that threads can share. */
export function isShared(buffer: ArrayBufferLike): boolean {
  return buffer instanceof SharedArrayBuffer;
}
