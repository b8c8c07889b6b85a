import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run.js";

describe("tumorlab scaling", () => {
  let folder: string;
  const at = (...names: string[]): string => join(folder, ...names);
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-cli-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const csv =
    "n,real,real+synthetic\n60,0.402,0.482\n278,0.527,0.581\n500,0.54,0.59\n1500,0.593,0.592\n3159,0.597,0.593\n";
  before(() => writeFileSync(at("jhh.csv"), csv));

  it("fit prints every law with intervals, the same twice", async () => {
    const args = ["scaling", "fit", at("jhh.csv"), "--bootstrap", "200", "--json"];
    const [first, second] = [await run(...args), await run(...args)];
    assert.equal(first.out, second.out);
    const [real] = JSON.parse(first.out).arms;
    const floor = real.fits.find((fit: { law: string }) => fit.law === "power-floor");
    assert.ok(Math.abs(floor.asymptote.estimate - 0.639) < 0.001);
    assert.ok(floor.asymptote.low < 0.639 && floor.asymptote.high > 0.639);
    const plateau = real.fits.find((fit: { law: string }) => fit.law === "exponential-plateau");
    assert.ok(Math.abs(plateau.asymptote.estimate - 0.592) < 0.001);
    const m4 = real.fits.find((fit: { law: string }) => fit.law === "m4");
    assert.equal(m4.identified, false);
    assert.equal(m4.asymptote.estimate, null);
    assert.match(
      (await run("scaling", "fit", at("jhh.csv"), "--law", "power")).out,
      /a = 0\.903 +\[0\.6889, 1\.173\]/,
    );
  });

  it("efficiency values synthetic data in real scans", async () => {
    const args = [
      "scaling",
      "efficiency",
      at("jhh.csv"),
      "--arms",
      "real,real+synthetic",
      "--bootstrap",
      "300",
    ];
    const { rows, area } = JSON.parse((await run(...args, "--json")).out);
    assert.ok(Math.abs(rows[0].multiplier - 2.67) < 0.005);
    const byLaw = JSON.parse((await run(...args, "--json", "--read", "law")).out);
    assert.ok(Math.abs(byLaw.rows[0].multiplier - 2.448) < 0.001);
    assert.equal((await run(...args, "--read", "guess")).code, 2);
    assert.ok(rows[0].multiplierInterval.low > 1 && rows[4].multiplier < 1);
    assert.ok(area.low < area.estimate && area.estimate < area.high);
    assert.match((await run(...args)).out, /mean gain over log n: 0\.040/);
  });

  it("refuses bad input with the line, and warns of a rising error", async () => {
    writeFileSync(at("bad.csv"), "n,score\n60,40.2\n278,52");
    const bad = await run("scaling", "fit", at("bad.csv"));
    assert.equal(bad.code, 1);
    assert.match(bad.err, /bad\.csv, line 2: found 40\.2/);
    const arm = await run("scaling", "efficiency", at("jhh.csv"), "--arms", "real,fake");
    assert.match(arm.err, /"fake", expected one of real, real\+synthetic/);
    assert.equal((await run("scaling", "efficiency", at("jhh.csv"))).code, 2);
    assert.match((await run("scaling", "fit", at("none.csv"))).err, /none\.csv/);
    writeFileSync(at("up.csv"), "n,score\n60,0.4\n278,0.3\n500,0.5");
    const rising = await run("scaling", "fit", at("up.csv"), "--bootstrap", "10");
    assert.equal(rising.code, 0);
    assert.match(rising.err, /warning: up\.csv, line 3/);
    const self = await run("scaling", "efficiency", at("jhh.csv"), "--arms", "real,real");
    assert.match(self.err, /two different arms/);
    const word = await run("scaling", "fit", at("jhh.csv"), "--interval", "t");
    assert.match(word.err, /profile, percentile or bca/);
    assert.equal(word.code, 2);
  });

  it("fits nothing to an arm that never gets better, nor to two test sets at once", async () => {
    writeFileSync(at("worse.csv"), "n,score\n60,0.6\n278,0.5\n500,0.4");
    const worse = await run("scaling", "fit", at("worse.csv"));
    assert.deepEqual([worse.code, worse.out], [1, ""]);
    assert.match(worse.err, /line 2, arm real: .*that of n = 60/);
    writeFileSync(at("one-worse.csv"), "n,real,mix\n60,0.4,0.6\n278,0.5,0.6\n500,0.54,0.59");
    const one = await run("scaling", "fit", at("one-worse.csv"), "--bootstrap", "10", "--json");
    assert.equal(one.code, 0);
    assert.match(one.err, /line 2, arm mix: .*Not fitted/);
    assert.deepEqual(
      JSON.parse(one.out).arms.map(({ arm }: { arm: string }) => arm),
      ["real"],
    );
    writeFileSync(at("both.csv"), "n,mix,other\n60,0.6,0.5\n278,0.5,0.5");
    assert.match((await run("scaling", "fit", at("both.csv"))).err, /no arm that gets better/);
    writeFileSync(at("split.csv"), "n,score,split\n60,0.4,id\n278,0.5,id\n60,0.3,ood\n278,0.4,ood");
    assert.match((await run("scaling", "fit", at("split.csv"))).err, /none chosen of id, ood.*--split/);
    const chosen = await run("scaling", "fit", at("split.csv"), "--split", "ood", "--law", "power");
    assert.equal(chosen.code, 0);
  });

  it("takes BCa intervals over patients and seeds", async () => {
    const rows = [60, 278, 500, 1500].flatMap((n) =>
      [1, 2].flatMap((seed) =>
        Array.from({ length: 8 }, (_, p) => {
          const score = 0.7 - 2 / Math.sqrt(n) + 0.02 * Math.sin(n + 5 * p + seed) + 0.01 * p;
          return `${n},${score.toFixed(4)},${seed},p${p}`;
        }),
      ),
    );
    writeFileSync(at("patients.csv"), ["n,score,seed,patient", ...rows].join("\n"));
    const args = [
      "scaling",
      "fit",
      at("patients.csv"),
      "--bootstrap",
      "300",
      "--law",
      "power-floor",
      "--json",
    ];
    const limitOf = (out: string) => JSON.parse(out).arms[0].fits[0].asymptote;
    const [percentile, bca] = [await run(...args), await run(...args, "--interval", "bca")];
    assert.equal(limitOf(bca.out).method, "bca");
    assert.equal(limitOf(percentile.out).method, "percentile");
    assert.ok(limitOf(bca.out).low < limitOf(bca.out).estimate);
    assert.notEqual(limitOf(bca.out).low, limitOf(percentile.out).low);
  });

  it("says more than the largest size, and values an arm of one size", async () => {
    writeFileSync(
      at("one.csv"),
      "n,score,arm\n5,0.2,real\n10,0.4,real\n20,0.5,real\n40,0.55,real\n15,0.6,syn\n",
    );
    const args = ["scaling", "efficiency", at("one.csv"), "--arms", "real,syn", "--bootstrap", "50"];
    const { out } = await run(...args);
    assert.match(
      out,
      /15 +more than 40 +beyond the sizes +> 2\.667 +\[.*> 2\.667\] \(beyond in \d+ %\) +> 25/,
    );
    assert.match(out, /mean gain over log n: -/);
    assert.match(out, /measured curve; 50 resamples of residuals around the power-floor law/);
    assert.match(out, /95 %: percentiles over the resamples: the scatter of the points, nothing of patients/);
  });

  it("forecasts at chosen sizes, gives the limit over all laws, and says what it does not read", async () => {
    writeFileSync(
      at("more.csv"),
      "n,score,se,model\n60,0.402,0.01,a\n278,0.527,0.01,a\n500,0.54,0.02,a\n1500,0.593,0.01,a\n3159,0.597,0.01,a\n",
    );
    const args = ["scaling", "fit", at("more.csv"), "--bootstrap", "50", "--at", "1000,10000"];
    const { out, err } = await run(...args);
    assert.match(err, /warning: more\.csv, header: not read: model/);
    assert.match(out, /forecast at n = 1000, within the sizes/);
    assert.match(out, /forecast at n = 10000, extrapolated to 3\.166 times the largest size, 3159/);
    assert.match(out, /limit of score over all laws: 0\.612 +\[0\.568, 0\.745\] +\(equal weights/);
    const [arm] = JSON.parse((await run(...args, "--json")).out).arms;
    const [, far] = arm.forecasts;
    assert.ok(far.low < far.value && far.value < far.high && far.isExtrapolated);
    assert.deepEqual(
      far.laws.map(({ law }: { law: string }) => law),
      ["power", "power-floor", "exponential-plateau"],
    );
    assert.equal((await run("scaling", "fit", at("jhh.csv"), "--at", "-5")).code, 2);
  });

  it("names what each interval was taken by", async () => {
    const args = ["scaling", "fit", at("jhh.csv"), "--law", "power-floor", "--bootstrap", "400"];
    const { out } = await run(...args, "--at", "1");
    // The limit's interval is that of c below: 1 - [0, 0.4309].
    assert.match(out, /power-floor .* 0\.639 +0\.569 +1\n/);
    assert.match(out, /c = 0\.3611 +\[0, 0\.4309\]/);
    assert.match(out, /95 % of a limit: profile likelihood with Student's t.*nothing is drawn/);
    assert.match(out, /far from the measured sizes, 60 to 3159: laws say little/);
    assert.match(out, /power-floor +0 +0 +0\.\d+ +cut: the law's own number is no score from 0 to 1/);
    assert.match(out, /95 % of a forecast: .*profile likelihood/);
    const drawn = await run(...args, "--interval", "percentile");
    assert.match(drawn.out, /95 % of a limit: percentiles of 400 refits of that law, the points drawn anew/);
    assert.match(drawn.out, /Narrower than that of c below/);
    const [{ asymptote }] = JSON.parse((await run(...args, "--interval", "percentile", "--json")).out).arms[0]
      .fits;
    assert.equal(asymptote.method, "percentile");
    assert.ok(asymptote.low > 0.58 && asymptote.high < 0.8);
    const power = await run("scaling", "fit", at("jhh.csv"), "--law", "power");
    assert.match(power.out, / 1 +- +- +the law itself sets its limit/);
  });

  it("has no interval where no degree of freedom is left", async () => {
    writeFileSync(at("three.csv"), "n,real,mix\n10,0.4,0.5\n40,0.5,0.56\n160,0.55,0.57\n");
    for (const kind of ["profile", "percentile"]) {
      const args = ["scaling", "fit", at("three.csv"), "--law", "power-floor", "--interval", kind];
      const { out } = await run(...args, "--at", "100");
      // On 1 - score = 0.4 + 0.6325 n^-0.5 to the digit.
      assert.match(out, / 0\.600 +- +- +no degree of freedom left/);
      assert.match(out, /c = 0\.4 +\[-: no degree of freedom left\]/);
      assert.match(out, /over all laws: - \(no law leaves a degree of freedom\)/);
    }
    const pair = await run("scaling", "efficiency", at("three.csv"), "--arms", "real,mix");
    assert.match(pair.out, /measured curve; nothing is drawn/);
    assert.match(pair.out, /10 +40 .* 4 +\[-, -\]/);
    assert.match(pair.out, /95 %: -: no degree of freedom left/);
  });

  it("finds floors at or near 0, by their size", async () => {
    // 1 - 0.9 n^-1, rounded; scipy and the F threshold give [0, 0.001]
    const scores = [0.9, 0.95, 0.975, 0.9875, 0.9938, 0.9969, 1];
    const rows = scores.map((score, i) => `${10 * 2 ** i},${score}`);
    writeFileSync(at("ones.csv"), ["n,score", ...rows].join("\n"));
    const args = ["scaling", "fit", at("ones.csv"), "--law", "power-floor", "--bootstrap", "50"];
    const [floor] = JSON.parse((await run(...args, "--json")).out).arms[0].fits[0].parameters;
    assert.ok(floor.estimate < 1e-5 && floor.low === 0 && floor.high > 0.0009 && floor.high < 0.0012);
    assert.match((await run(...args)).out, /power-floor .* 1 +0\.99\d+ +1/);
  });
});
