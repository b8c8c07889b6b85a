import assert from "node:assert/strict";
import { LabError } from "tumorlab";
import { Arena } from "tumorlab/dist/model/simd3d/arena.js";

/** A memory that grows until it has so many pages. */
function createMemory(pages: number) {
  let buffer = new SharedArrayBuffer(65536);
  return {
    get buffer() {
      return buffer;
    },
    grow(more: number) {
      const next = buffer.byteLength + more * 65536;
      if (next > pages * 65536) throw new RangeError("no more");
      buffer = new SharedArrayBuffer(next);
      return 0;
    },
  };
}

describe("Arena", () => {
  it("hands out pieces that do not overlap, whole vectors apart, and takes them back for reuse", () => {
    const arena = new Arena(createMemory(64));
    const sizes = [1, 100, 4096, 65536, 3, 70_000];
    const at = sizes.map((bytes) => arena.allocate(bytes));
    const order = at
      .map((start, i) => ({ start, end: start + sizes[i] + 32 }))
      .sort((a, b) => a.start - b.start);
    order.slice(1).forEach(({ start }, i) => assert.ok(start >= order[i].end));
    for (const start of at) assert.equal(start % 64, 0);
    assert.ok(arena.buffer.byteLength >= order[order.length - 1].end);
    const { heapBytes, liveBytes } = arena.usage;
    for (let round = 0; round < 100; round++) {
      at.forEach((address) => arena.release(address));
      sizes.forEach((bytes, i) => (at[i] = arena.allocate(bytes)));
    }
    assert.equal(arena.usage.heapBytes, heapBytes, "equal requests take no new memory");
    assert.equal(arena.usage.liveBytes, liveBytes);
    assert.equal(arena.usage.peakBytes, liveBytes);
  });

  it("gives a borrowed piece back also when its user throws", () => {
    const arena = new Arena(createMemory(4));
    assert.equal(
      arena.borrow(1000, (address) => typeof address),
      "number",
    );
    assert.throws(() =>
      arena.borrow(1000, () => {
        throw new Error("no");
      }),
    );
    assert.equal(arena.usage.liveBytes, 0);
  });

  it("falls back on larger free pieces when the memory is full, then says so", () => {
    const arena = new Arena(createMemory(4));
    const large = arena.allocate(200_000);
    arena.release(large);
    assert.equal(arena.allocate(100_000), large);
    assert.throws(
      () => arena.allocate(100_000),
      (error: unknown) =>
        error instanceof LabError &&
        /^memory: found "1 MiB more besides 1 MiB in use", expected at most 4096 MiB.*smaller patch/.test(
          error.message,
        ),
    );
  });

  it("refuses what it has not handed out", () => {
    assert.throws(() => new Arena(createMemory(4)).release(64), /address: found 64/);
  });
});
