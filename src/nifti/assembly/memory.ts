// Where things lie in memory, in bytes. There is no static data and no stack in memory.

/** Length of each code of a block, a byte each: literals and lengths, then distances; before them those of its header. */
export const LENGTHS: usize = 0;
/** How many codes have each length, which of the sorted ones is the first of each: 16 and 17 numbers of 4 bytes. */
export const COUNTS: usize = 512;
export const FIRST: usize = 576;
/** Where the next code of a length is put, and where the literals of that length end: 16 numbers of 4 bytes each. */
export const NEXT: usize = 704;
export const LITERALS_END: usize = 768;
/** Symbols by the length of their code, 2 bytes each. */
export const SORTED: usize = 1024;
/** Of each of those its code, first bit lowest, and its entry where it comes second: 8 bytes each. */
export const CODES: usize = 2048;

/** Entries of symbols that lack only what their code adds: 4 bytes each. */
export const LITERAL_RESULTS: usize = 4608;
export const DISTANCE_RESULTS: usize = 5888;
export const PRECODE_RESULTS: usize = 6144;

/** For distances below 16: which bytes of 16 repeat them, and how many of the 16 are whole repetitions. */
export const REPEATS: usize = 6400;
export const STRIDES: usize = 6656;

// A table has its main part, by the next bits of the stream, and behind it a part for each start of longer codes: at
// most half as many as there are codes.
export const PRECODE_BITS: u32 = 7;
export const PRECODES: usize = 7168;
export const DISTANCE_BITS: u32 = 9;
export const DISTANCES: usize = 7680; // 512 + 15 * 64 entries of 4 bytes
export const LITERAL_BITS: u32 = 12;
export const LITERALS: usize = 13568; // 4096 + 144 * 8 entries of 4 bytes

// Where the stream is between two calls: bits taken from the input and not used yet, and how many; where the input and
// the output go on; the oldest byte of the output that may be copied; which part of a block is next, whether the block is
// the last one, and bytes left of a stored one.
export const HOLD: usize = 34560;
export const BITS: usize = 34568;
export const INPUT: usize = 34576;
export const OUTPUT: usize = 34580;
export const OLDEST: usize = 34584;
export const PART: usize = 34588;
export const LAST: usize = 34592;
export const STORED: usize = 34596;

/** Where the input and the output may lie. */
export const ROOM: usize = 34816;

/** How far back DEFLATE copies from. */
export const WINDOW: u32 = 32768;
