import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createKey, restoreKey } from "tumorlab/internal/core/random";
import { applyPatch, synthesizeLesion } from "tumorlab/internal/tumor/insert";
import { judgePhase } from "tumorlab/internal/tumor/phase";
import { openSite } from "tumorlab/internal/tumor/site";
import type { LesionSite } from "tumorlab/internal/tumor/site";
import type { SynthesisRequest } from "tumorlab/internal/tumor/synthesizer";
import { ballScan, ballSynthesizer } from "./scans.js";

function request(change: Partial<SynthesisRequest> = {}): SynthesisRequest {
  return { ...ballScan(), organ: "liver", size: { sizeClass: "small" }, key: createKey(3), ...change };
}

describe("openSite", () => {
  it("places a lesion deep in a solid organ and cuts out the block round it", () => {
    const site = openSite(request());
    const [nx, ny] = site.shape;
    const at = site.center[0] + nx * (site.center[1] + ny * site.center[2]);
    assert.equal(site.organ[at], 1);
    assert.ok(site.place.depthMm >= 0.6 * 8, `${site.place.depthMm} mm deep`);
    assert.ok(site.place.outsideShare <= 0.2);
    assert.ok(site.organ.length < request().labels.data.length);
    assert.equal(site.radiusMm, 8);
    assert.equal(site.cap, null);
    assert.equal(site.voxels, Math.round((4 * Math.PI * 8 ** 3) / 3 / 12));
    assert.ok(Math.abs(site.organHu.mean - 110) < 2 && site.organHu.sd < 4);
    assert.equal(site.phase, "venous");
  });

  it("caps the size by the organ and says so", () => {
    const site = openSite(request({ size: { sizeClass: "large" } }));
    // The ball of 30 mm less its vessel, 30 % of it.
    assert.ok(site.cap && Math.abs(site.cap.radiusMm - 30 * Math.cbrt(0.3)) < 0.4, JSON.stringify(site.cap));
    assert.equal(site.radiusMm, site.cap.radiusMm);
    assert.equal(site.requestedRadiusMm, 32);
    assert.match(site.cap.reason, /30 % of its liver, here of 1\d\d\.\d ml/);
  });

  it("names organ, volume and cap where the organ is too small", () => {
    const tiny = ballScan(2, [1, 1, 1], 8);
    assert.throws(
      () => openSite(request(tiny)),
      (error: LabError) =>
        error instanceof LabError &&
        error.input === "liver" &&
        /^"0\.\d\d ml, which caps a lesion at a radius of 1\.\d\d mm"$/.test(error.found),
    );
  });

  it("keeps clear of vessels when asked, and says when it cannot", () => {
    for (let seed = 0; seed < 8; seed++) {
      const site = openSite(request({ key: createKey(seed), options: { vesselClearanceMm: 12 } }));
      assert.ok(site.place.vesselMm! >= 12);
    }
    assert.throws(
      () => openSite(request({ options: { vesselClearanceMm: 90 } })),
      /vesselClearanceMm: found 90/,
    );
  });

  it("takes a middle that is given, in the organ only", () => {
    const site = openSite(request({ options: { centerVoxel: [14, 20, 13] } }));
    assert.deepEqual(site.place.voxel, [14, 20, 13]);
    assert.throws(
      () => openSite(request({ options: { centerVoxel: [0, 0, 0] } })),
      /background at \[0, 0, 0\]/,
    );
    assert.throws(() => openSite(request({ options: { centerVoxel: [0, 0, 99] } })), /a voxel of the scan/);
  });

  it("goes by the piece of the organ that a given middle is in", () => {
    // Two livers of different size, 1 voxel apart from each other.
    const data = Uint8Array.from({ length: 30 * 20 * 20 }, (_, i) => (i % 30 < 8 || i % 30 > 9 ? 5 : 0));
    const labels = toLabelMap(createVolume(data, [30, 20, 20], { spacingMm: [2, 2, 2] }), { 5: "liver" });
    const ct = createVolume(new Int16Array(data.length), [30, 20, 20], { spacingMm: [2, 2, 2] });
    const volumeAt = (x: number) =>
      openSite(request({ ct, labels, options: { centerVoxel: [x, 10, 10] } })).organVolumeMl;
    assert.ok(Math.abs(volumeAt(4) - 25.6) < 1e-9);
    assert.ok(Math.abs(volumeAt(20) - 64) < 1e-9);
  });

  it("refuses a lesion that the voxels are too large for", () => {
    const coarse = ballScan(30, [9, 9, 9]);
    assert.throws(
      () => openSite(request({ ...coarse, size: { radiusMm: 4 } })),
      /less than a voxel of 729 mm3/,
    );
  });

  it("refuses what does not go together", () => {
    const { ct, labels } = ballScan();
    const other = createVolume(new Int16Array(8), [2, 2, 2]);
    assert.throws(() => openSite(request({ ct: other })), /shape of labels/);
    assert.throws(() => openSite(request({ organ: "spleen" as "liver" })), /organ: found "spleen"/);
    assert.throws(() => openSite(request({ organ: "uterus" })), /a label of the uterus/);
    assert.throws(() => openSite(request({ size: { radiusMm: 0.5 } })), /radiusMm: found 0.5/);
    assert.throws(() => openSite(request({ size: { sizeClass: "huge" as "large" } })), /size: found/);
    assert.throws(() => openSite(request({ phase: "late" as "plain" })), /phase: found "late"/);
    const empty = { ...labels, data: new Uint8Array(labels.data.length) };
    assert.throws(() => openSite(request({ ct, labels: empty })), /0 ml: no voxel has its label/);
    const stop = AbortSignal.abort(new Error("enough"));
    assert.throws(() => openSite(request({ signal: stop })), /enough/);
  });

  it("gives other structures' label value to the lesion of no other map", () => {
    const { labels } = ballScan();
    const named = (names: Record<number, string>): LesionSite["labels"]["lesion"] =>
      openSite(request({ labels: toLabelMap(labels, { ...labels.names, ...names }) })).labels.lesion;
    assert.deepEqual(named({}), { value: 27, name: "liver_lesion" });
    assert.deepEqual(named({ 27: "vertebrae_L5", 40: "rib" }), { value: 41, name: "liver_lesion" });
    assert.deepEqual(named({ 7: "liver_tumor" }), { value: 7, name: "liver_tumor" });
  });
});

describe("judgePhase", () => {
  it("goes by the aorta, else by organs", () => {
    const phaseOf = (structures: Record<string, number>): string => {
      const names = Object.keys(structures);
      const data = Uint8Array.from({ length: 30 }, (_, i) => i % (names.length + 1));
      const hu = Int16Array.from(data, (label) => (label > 0 ? structures[names[label - 1]] : 0));
      const table = Object.fromEntries(names.map((name, i) => [i + 1, name]));
      const grid = { spacingMm: [9, 9, 9] as const };
      return judgePhase(
        createVolume(hu, [30, 1, 1], grid),
        toLabelMap(createVolume(data, [30, 1, 1], grid), table),
      );
    };
    assert.equal(phaseOf({ aorta: 40, liver: 55 }), "plain");
    assert.equal(phaseOf({ aorta: 310, liver: 72 }), "arterial");
    assert.equal(phaseOf({ aorta: 150, liver: 110 }), "venous");
    assert.equal(phaseOf({ liver: 110 }), "venous");
    assert.equal(phaseOf({ liver: 60, kidney_left: 150 }), "arterial");
    assert.equal(phaseOf({ kidney_left: 150 }), "venous");
    assert.equal(phaseOf({ liver: 55, spleen: 50 }), "plain");
    assert.equal(phaseOf({ bladder: 5 }), "venous");
  });
});

describe("synthesizeLesion", () => {
  it("changes the lesion's voxels and labels alone, in copies", async () => {
    const asked = request();
    const before = asked.ct.data.slice();
    const { ct, labels, mask, record } = await synthesizeLesion(asked, ballSynthesizer());
    assert.deepEqual(asked.ct.data, before);
    assert.deepEqual(
      [ct.affine, ct.shape, ct.data.constructor],
      [asked.ct.affine, asked.ct.shape, Int16Array],
    );
    let voxels = 0;
    for (let i = 0; i < mask.data.length; i++) {
      voxels += mask.data[i];
      assert.equal(labels.data[i], mask.data[i] ? 27 : asked.labels.data[i]);
      if (mask.data[i]) assert.equal(asked.labels.data[i], 5);
      assert.equal(ct.data[i], before[i] - (mask.data[i] ? 50 : 0));
    }
    assert.equal(labels.names[27], "liver_lesion");
    assert.equal(asked.labels.names[27], undefined);
    assert.equal(record.voxels, voxels);
    assert.equal(record.changedVoxels, voxels);
    assert.equal(record.contrastHu, -50);
    assert.ok(Math.abs(record.achievedRadiusMm - 8) < 1.2);
    assert.equal(record.parameters.shape, "ball");
    const [x, y, z] = record.centerVoxel;
    assert.deepEqual(record.centerMm, [2 * x, 2 * y, 3 * z]);
    // A record is plain JSON, and its key makes the same lesion again.
    const copy = JSON.parse(JSON.stringify(record)) as typeof record;
    assert.deepEqual(copy, record);
    const again = await synthesizeLesion(request({ key: restoreKey(copy.key) }), ballSynthesizer());
    assert.deepEqual(again.ct.data, ct.data);
  });

  it("keeps HU in the range of a CT and of the array, through its scale", async () => {
    const { ct, labels } = ballScan();
    const stored = createVolume(
      Uint16Array.from(ct.data, (hu) => hu + 1024),
      ct.shape,
      {
        spacingMm: ct.spacingMm,
        rescale: { slope: 1, intercept: -1024 },
      },
    );
    const extreme = (hu: number) =>
      ballSynthesizer((drawn) => drawn.mask.forEach((on, i) => on && (drawn.hu[i] = hu)));
    const lesionHu = async (hu: number): Promise<number[]> => {
      const done = await synthesizeLesion(request({ ct: stored, labels }), extreme(hu));
      return [...new Set(Array.from(done.ct.data).filter((_, i) => done.mask.data[i] === 1))];
    };
    assert.deepEqual(await lesionHu(-5000), [0]);
    assert.deepEqual(await lesionHu(9000), [4095]);
    const bare = createVolume(
      Uint16Array.from(ct.data, (hu) => Math.max(0, hu)),
      ct.shape,
      { spacingMm: ct.spacingMm },
    );
    const dark = await synthesizeLesion(request({ ct: bare, labels }), extreme(-50));
    assert.ok(
      dark.ct.data.every((hu) => hu < 200),
      "nothing wraps round",
    );
    await assert.rejects(synthesizeLesion(request(), extreme(NaN)), /lesion HU: found NaN/);
  });

  it("guards what a generator hands in", async () => {
    const attempt = (spoil: Parameters<typeof ballSynthesizer>[0]) =>
      synthesizeLesion(request(), ballSynthesizer(spoil));
    await assert.rejects(
      attempt((drawn, site) => (drawn.mask[site.organ.indexOf(0)] = 1)),
      /a voxel outside the liver/,
    );
    await assert.rejects(
      attempt((drawn) => drawn.mask.fill(0)),
      /no voxel in the liver of \d+\.\d ml/,
    );
    await assert.rejects(
      attempt((drawn) => (drawn.clippedShare = 0.3)),
      /30 % of it outside the liver/,
    );
  });

  it("applies a patch in place, and widens labels that cannot hold the lesion's value", async () => {
    const { ct, labels } = ballScan();
    const patch = await ballSynthesizer().synthesize(request({ ct, labels }));
    const whole = applyPatch(ct, labels, patch);
    assert.notEqual(whole.ct.data, ct.data);
    const here = applyPatch(ct, labels, patch, { inPlace: true });
    assert.equal(here.ct.data, ct.data);
    assert.equal(here.labels.data, labels.data);
    assert.deepEqual(here, whole);
    const fresh = ballScan().labels;
    const full = toLabelMap(fresh, { ...fresh.names, 27: "rib", 255: "skin" });
    const wide = await synthesizeLesion(request({ labels: full }), ballSynthesizer());
    assert.ok(wide.labels.data instanceof Uint16Array);
    assert.equal(wide.labels.names[256], "liver_lesion");
    assert.ok(wide.labels.data.includes(256));
  });
});
