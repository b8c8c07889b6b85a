import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { buildAnatomy } from "tumorlab/internal/phantom/anatomy";
import type { Part } from "tumorlab/internal/phantom/body";
import { samplePatient } from "tumorlab/internal/phantom/patient";

const cohort = createKey(1).split("phantom").split("reference");

/** The bodies of some patients, as functions that name what was painted last at a point in body coordinates. */
const bodies = [0, 1, 2].map((index) => {
  const { parts } = buildAnatomy(samplePatient(cohort, index), "venous");
  return (x: number, y: number, z: number): string =>
    parts.reduce((name, { shape, name: own, onlyOver }: Part) => {
      return !onlyOver && shape.distance(x, y, z) < 0 ? own : name;
    }, "air");
});

describe("phantom skeleton and back", () => {
  it("holds the sacrum between the hip bones", () => {
    for (const at of bodies) {
      for (const side of [1, -1]) {
        // Walking outwards from the wing of the sacrum, its joint and then the hip bone are met.
        const way = Array.from({ length: 60 }, (_, step) => at(side * (30 + step), -28, -150));
        assert.equal(way[0], "sacrum");
        const hip = way.findIndex((name) => name.startsWith("hip_"));
        const sacrumEnds = way.lastIndexOf("sacrum");
        assert.ok(hip > 0 && hip - sacrumEnds < 6, way.join(" "));
      }
    }
  });

  it("has a breastbone in front of the heart and none below it", () => {
    for (const at of bodies) {
      const front = (z: number): boolean =>
        Array.from({ length: 160 }, (_, y) => at(0, y, z)).includes("sternum");
      assert.ok(front(200) && front(150));
      assert.ok(!front(90));
    }
  });

  it("fills the back behind the lumbar spine with muscle and not with fat", () => {
    for (const at of bodies)
      for (const z of [-86, -52, -17, 17])
        for (const x of [12, 25, 40])
          for (const side of [1, -1])
            assert.match(at(side * x, -40, z), /^(inner_muscles|vertebra)/, `${x} ${z}`);
  });
});
