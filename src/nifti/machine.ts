/** Whether this machine stores the low byte of a number first, as nearly all do. */
export const littleEndianMachine: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
