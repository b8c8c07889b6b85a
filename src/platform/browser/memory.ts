import { workerScope } from "./page.js";

/** Memory of a page: threads share it where the page is isolated from others, and only there. */

/** Whether threads can share memory. */
export const canShareMemory: boolean =
  workerScope.crossOriginIsolated === true && typeof SharedArrayBuffer === "function";

/** Memory that threads share where they can; elsewhere each thread that is sent it has a copy. */
export function makeShared(bytes: number): ArrayBufferLike {
  return canShareMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

/** Whether memory is of the kind that threads can share, such as WebAssembly makes it everywhere. */
export function isShared(buffer: ArrayBufferLike): boolean {
  // By its name: without isolation a page does not have the constructor.
  return Object.prototype.toString.call(buffer) === "[object SharedArrayBuffer]";
}
