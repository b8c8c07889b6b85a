import assert from "node:assert/strict";
import { Arena } from "tumorlab/internal/model/simd3d/arena";

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

  it("when the memory is full, cuts up and joins what is free before it says so", () => {
    const arena = new Arena(createMemory(4));
    const [one, two, three] = [1, 2, 3].map(() => arena.allocate(60_000));
    for (const address of [one, three, two]) arena.release(address);
    // All three side by side, and the end of the memory behind them.
    const large = arena.allocate(200_000);
    assert.equal(large, one);
    assert.throws(() => arena.allocate(100_000), {
      name: "LabError",
      message:
        'memory of the engine simd: found "1 MiB wanted besides 1 MiB in use", expected no more than the machine ' +
        "gives: it gave no more. Take a smaller patch, batch or width",
    });
    arena.release(large);
    // Many small pieces of the large one, none of them twice.
    const small = Array.from({ length: 40 }, () => arena.allocate(4000)).sort((a, b) => a - b);
    small.slice(1).forEach((address, i) => assert.ok(address >= small[i] + 4064));
    for (const address of small.filter((_, i) => i % 2 === 1)) arena.release(address);
    const held = arena.usage.liveBytes;
    const between = Array.from({ length: 10 }, () => arena.allocate(3000));
    assert.equal(new Set([...between, ...small.filter((_, i) => i % 2 === 0)]).size, 30);
    for (const address of between) arena.release(address);
    assert.equal(arena.usage.liveBytes, held);
    for (const address of small.filter((_, i) => i % 2 === 0)) arena.release(address);
    assert.equal(arena.usage.liveBytes, 0);
    assert.equal(arena.allocate(250_000), one);
  });

  it("says that WebAssembly addresses no more where that is why", () => {
    const buffer = { byteLength: 2 ** 32 - 65536 } as SharedArrayBuffer;
    const grow = () => {
      throw new RangeError("no more");
    };
    const arena = new Arena({ buffer, grow });
    arena.allocate(2 ** 31);
    assert.throws(
      () => arena.allocate(2 ** 31),
      /found "2048 MiB wanted besides 2176 MiB in use", expected at most 4096 MiB in all/,
    );
  });

  it("refuses what it has not handed out", () => {
    assert.throws(() => new Arena(createMemory(4)).release(64), /address: found 64/);
  });
});
