import assert from "node:assert/strict";
import fc from "fast-check";
import { createKey } from "tumorlab/internal/core/random";

describe("createKey", () => {
  it("gives the same numbers for the same seed and names, whatever was drawn before", () => {
    const key = createKey(17);
    const first = key.split("tumor").split(3).stream();
    key.stream().uniform();
    const second = createKey(17).split("tumor").split(3).stream();
    for (let i = 0; i < 100; i++) assert.equal(first.nextUint32(), second.nextUint32());
  });

  it("keeps its sequence from release to release", () => {
    const stream = createKey(0).split("golden").stream();
    assert.deepEqual(
      [stream.nextUint32(), stream.nextUint32(), stream.nextUint32()],
      [3478623794, 2514051803, 4030936031],
    );
  });

  it("tells a number from the same digits as text", () => {
    const key = createKey(1);
    assert.notDeepEqual(key.split(3).words, key.split("3").words);
  });

  it("gives different streams to different seeds and names", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.string(), fc.string(), (a, b, m, n) => {
        fc.pre(a !== b && m !== n);
        assert.notDeepEqual(createKey(a).words, createKey(b).words);
        assert.notDeepEqual(createKey(a).split(m).words, createKey(a).split(n).words);
      }),
    );
  });

  it("refuses seeds that are not whole numbers, naming the value", () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53])
      assert.throws(() => createKey(seed), new RegExp(`found ${seed}`));
  });
});

describe("RandomStream", () => {
  const stream = createKey(5).stream();

  it("draws uniform numbers with the right mean, variance and range", () => {
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const u = stream.uniform();
      assert.ok(u >= 0 && u < 1);
      sum += u;
      squares += u * u;
    }
    assert.ok(Math.abs(sum / n - 1 / 2) < 0.004);
    assert.ok(Math.abs(squares / n - 1 / 3) < 0.004);
  });

  it("draws normal numbers with mean 0, variance 1 and kurtosis 3", () => {
    const n = 100_000;
    const x = Array.from({ length: n }, () => stream.normal());
    const moment = (k: number): number => x.reduce((total, value) => total + value ** k, 0) / n;
    assert.ok(Math.abs(moment(1)) < 0.015);
    assert.ok(Math.abs(moment(2) - 1) < 0.03);
    assert.ok(Math.abs(moment(4) - 3) < 0.15);
  });

  it("draws whole numbers from the whole closed range, evenly", () => {
    const counts = new Array<number>(5).fill(0);
    for (let i = 0; i < 50_000; i++) counts[stream.integer(-2, 2) + 2]++;
    for (const count of counts) assert.ok(Math.abs(count - 10_000) < 400, String(counts));
  });

  it("shuffles into a permutation and leaves its input alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const before = [...items];
        const shuffled = createKey(seed).stream().shuffle(items);
        assert.deepEqual(items, before);
        assert.deepEqual([...shuffled].sort(), [...items].sort());
      }),
    );
  });

  it("refuses empty choices and reversed bounds", () => {
    assert.throws(() => stream.choose([]), /at least one item/);
    assert.throws(() => stream.integer(2, 1), /low <= high/);
    assert.throws(() => stream.uniformBetween(0, NaN), /finite/);
  });
});
