import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVolume } from "tumorlab/internal/core/grid";
import { writeVolume } from "tumorlab/internal/formats/write";
import { HeldScans } from "#environment/server/scans/held-scans.js";

describe("HeldScans", function () {
  // Each scan starts a thread that loads its modules.
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tumorlab-"));
    const data = Int16Array.from({ length: 60 }, (_, i) => 10 * i - 300);
    for (const name of ["a.nii", "b.nii", "c.nii"])
      await writeVolume(join(folder, name), createVolume(data, [5, 4, 3]));
  });
  after(() => rm(folder, { recursive: true }));
  const place = (name: string) => ({ file: join(folder, name), path: name });
  const plane = { ask: "plane", plane: "axial", index: 0 } as const;

  it("holds so many scans, lets the one go that was used longest ago, and opens it again when asked", async () => {
    const held = new HeldScans({ scans: 2 });
    try {
      for (const name of ["a.nii", "b.nii", "a.nii", "c.nii"]) await held.ask(place(name), plane);
      assert.equal(held.count, 2);
      const again = await held.ask(place("b.nii"), plane);
      assert.ok("value" in again && (again.value as Int16Array).length === 20);
      assert.equal(held.count, 2);
    } finally {
      held.close();
    }
    assert.equal(held.count, 0);
  });

  it("lets go what takes too much memory together, and what nobody asks for", async () => {
    const small = new HeldScans({ bytes: 150, idleMs: 60_000 });
    try {
      await small.ask(place("a.nii"), plane);
      await small.ask(place("b.nii"), plane);
      assert.equal(small.count, 1, "one alone may take more");
    } finally {
      small.close();
    }
    const idle = new HeldScans({ idleMs: 1 });
    assert.ok("value" in (await idle.ask(place("a.nii"), plane)));
    while (idle.count > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it("answers many questions on one scan that is not open yet from one thread", async () => {
    const held = new HeldScans();
    try {
      const answers = await Promise.all(
        [0, 1, 2].map((index) => held.ask(place("a.nii"), { ...plane, index })),
      );
      assert.ok(answers.every((answer) => "value" in answer));
      assert.equal(held.count, 1);
    } finally {
      held.close();
    }
  });
});
