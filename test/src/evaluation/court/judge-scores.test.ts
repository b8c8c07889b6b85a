import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { judgeScores, judgeTables } from "tumorlab/internal/evaluation/court/judge-scores";
import type { JudgeScoresOptions } from "tumorlab/internal/evaluation/court/judge-scores";
import { spellVerdict } from "tumorlab/internal/evaluation/court/judgment";
import { judgmentColumns, judgmentRows } from "tumorlab/internal/evaluation/court/judgment-rows";
import { readScores } from "tumorlab/internal/evaluation/tables/read-scores";
import { TableFolder, wideTable } from "../tables/tables.js";

const close = (found: number, expected: number, within = 1e-12): void =>
  assert.ok(Math.abs(found - expected) < within, `${found} for ${expected}`);

describe("judgeScores", () => {
  let folder: TableFolder;
  before(() => {
    folder = new TableFolder();
  });
  after(() => folder.remove());

  /** A table of one structure from a list of scores. */
  const write = (name: string, values: readonly number[], column = "liver"): string =>
    folder.write(`${name}.csv`, [`case,${column}`, ...values.map((value, i) => `s${i},${value}`)]);
  const judge = async (models: Record<string, readonly number[]>, options: JudgeScoresOptions = {}) => {
    const paths = Object.entries(models).map(([name, values]) => write(name, values));
    return judgeTables(paths, { resamples: 50, ...options });
  };

  /** Dice of so many patients, and of a second model that is worse by some points, give or take. */
  const draw = (n: number, better: number, spread = 0.02) => {
    const stream = createKey(7).split(n).stream();
    const a = Array.from({ length: n }, () => 0.8 + 0.05 * Math.tanh(stream.normal()));
    return { a, b: a.map((value) => value - better + spread * Math.tanh(stream.normal())) };
  };

  it("gives what scipy's t test finds of a distance, where lower is better", async () => {
    const models = {
      near: [3.1, 4.2, 2.2, 8.1, 3.3, 2.9, 5, 4.4],
      far: [4, 5.9, 2.1, 12.7, 4.1, 3.6, 5.2, 7],
    };
    const { structures, margin, surelyFrom, notes } = await judge(models, { metric: "hd95", margin: 4 });
    assert.match(notes.join("\n"), /verdicts on HD95 over 8 patients are weak: .* in only /);
    const [pair] = structures[0].pairs;
    // scipy 1.17.1: ttest_rel(far, near), t.interval(.95, 7, ...), corrcoef, 2 t.cdf((mean - 4) / se, 7)
    assert.deepEqual([pair.first, pair.second, pair.n, margin, surelyFrom], ["near", "far", 8, 4, 2]);
    close(pair.gain, 1.425);
    close(pair.sdOfGain, 1.5378556499229699);
    close(pair.pDifference, 0.034366052875304226);
    close(pair.falseClaim, 0.034366052875304226 / 2);
    close(pair.interval.low, 0.13932050221794);
    close(pair.interval.high, 2.71067949778206);
    close(pair.correlation, 0.9680807099337964);
    close(pair.pEquivalence, 2 * 0.0010589214443620372);
    assert.equal(pair.verdict, "better by less than the margin");
    assert.equal(spellVerdict(pair), "near is better, by less than the margin");
  });

  it("says of signed errors that their distance from 0 counts, where the means would tell otherwise", async () => {
    const wild = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 50 : -50) + (i % 3) / 10);
    const calm = wild.map((_, i) => 6 - (i % 3) / 5);
    const { structures, notes } = await judge({ wild, calm }, { metric: "volumeErrorMl" });
    const [pair] = structures[0].pairs;
    assert.deepEqual([pair.first, pair.verdict], ["calm", "better"]);
    assert.ok(Math.abs(pair.secondMean) < Math.abs(pair.firstMean) && pair.gain > 40);
    assert.match(
      notes.join("\n"),
      /Volume error is signed: places, gains and verdicts are of its distance from 0/,
    );
    const others = await judge({ wild: wild.map(Math.abs), calm }, { metric: "hd95" });
    assert.doesNotMatch(others.notes.join("\n"), /signed/);
  });

  it("says better, equal within the margin, or that it cannot be told", async () => {
    const verdictOf = async (n: number, better: number, margin?: number) => {
      const { structures } = await judge(draw(n, better), margin === undefined ? {} : { margin });
      return structures[0].pairs[0].verdict;
    };
    assert.equal(await verdictOf(300, 0.05), "better");
    assert.equal(await verdictOf(300, 0.0005), "equal within the margin");
    assert.equal(await verdictOf(300, 0.005), "better by less than the margin");
    assert.equal(await verdictOf(300, 0.0005, 0.001), "cannot be told");
    // What a bounded score could still do in ten patients more is reckoned with: Student's t would be sure.
    const few = await judge(draw(10, 0.05));
    const [pair] = few.structures[0].pairs;
    assert.deepEqual([pair.interval.method, pair.verdict], ["gaffke", "cannot be told"]);
    assert.ok(pair.falseClaim < 1e-4 && pair.interval.low < 0);
    assert.ok(pair.interval.measured!.worst >= 0.93);
    assert.equal(few.surelyFrom, 200);
  });

  it("keeps interval, p values and verdict of one mind", async () => {
    for (const n of [3, 12, 60, 220])
      for (const better of [0, 0.004, 0.02, 0.2]) {
        const { structures, alpha, margin } = await judge(draw(n, better, 0.05));
        const [{ interval, pDifference, pEquivalence, verdict }] = structures[0].pairs;
        assert.equal(pDifference <= alpha, interval.low >= 0 || interval.high <= 0, `${n} ${better}`);
        assert.equal(pEquivalence <= alpha, interval.low >= -margin && interval.high <= margin);
        assert.equal(verdict.startsWith("better"), interval.low > 0);
      }
  });

  it("is not sure of a handful of equal gains, and tells a model from itself in many patients", async () => {
    const some = [0.5, 0.75, 0.625, 0.875];
    const few = await judge({ a: some, b: some.map((value) => value - 0.125) });
    assert.equal(few.structures[0].pairs[0].verdict, "cannot be told");
    const { a } = draw(500, 0);
    const [same] = (await judge({ a, b: a })).structures[0].pairs;
    assert.deepEqual([same.gain, same.verdict], [0, "equal within the margin"]);
    assert.deepEqual(same.needed, { difference: NaN, equivalence: NaN });
    assert.equal(spellVerdict(same), "a and b are equal within the margin");
  });

  it("takes Holm over all pairs of all structures, or over those of a model chosen before", async () => {
    const paths = ["a", "b", "c"].map((model) => folder.write(`${model}.csv`, wideTable(model)));
    const best = await judgeTables(paths, { resamples: 50, alpha: 0.2 });
    const all = await judgeTables(paths, { resamples: 50, alpha: 0.2, allPairs: true });
    const against = await judgeTables(paths, { resamples: 50, alpha: 0.2, against: "b" });
    assert.deepEqual(
      [best, all, against].map(({ family }) => family),
      [6, 6, 4],
    );
    assert.deepEqual(
      [best, all, against].map(({ structures }) => structures.map(({ pairs }) => pairs.length)),
      [
        [2, 2],
        [3, 3],
        [2, 2],
      ],
    );
    const flat = all.structures.flatMap(({ pairs }) => pairs);
    const smallest = flat.reduce((a, b) => (b.pDifference < a.pDifference ? b : a));
    close(smallest.adjustedDifference, Math.min(1, 6 * smallest.pDifference));
    const same = best.structures[0].pairs.map(({ adjustedDifference }) => adjustedDifference);
    assert.deepEqual(
      same,
      flat.slice(0, 2).map(({ adjustedDifference }) => adjustedDifference),
    );
    assert.deepEqual(
      against.structures[0].pairs.map(({ first, second }) => `${first} ${second}`),
      ["a b", "b c"],
    );
    const [spleen] = all.structures.filter(({ name }) => name === "spleen");
    assert.deepEqual([spleen.n, spleen.patients, spleen.excluded], [7, 7, 1]);
    assert.equal(spleen.ranking!.models[0].model, "a");
    const rows = judgmentRows(all);
    assert.equal(rows.length, 6);
    assert.deepEqual(Object.keys(rows[0]).sort(), [...judgmentColumns].sort());
  });

  it("counts patients and not scans", async () => {
    const { a, b } = draw(40, 0.03);
    const { models } = await readScores([write("a", a), write("b", b)], { metric: "dice" });
    const twice = Object.fromEntries(
      Object.entries(models).map(([name, rows]) => [
        name,
        rows.flatMap((row) =>
          ["first", "again"].map((scan) => ({ ...row, case: `${row.case} ${scan}`, patient: row.case })),
        ),
      ]),
    );
    const [once] = judgeScores(models, { resamples: 50 }).structures;
    const [doubled] = judgeScores(twice, { resamples: 50 }).structures;
    assert.deepEqual([doubled.n, doubled.patients], [80, 40]);
    assert.deepEqual(doubled.pairs[0].interval, once.pairs[0].interval);
    close(doubled.pairs[0].pDifference, once.pairs[0].pDifference);
  });

  it("plans studies that would decide", async () => {
    const [pair] = (await judge(draw(300, 0.004), { margin: 0.01, power: 0.8 })).structures[0].pairs;
    const quantile = 1.959964 + 0.841621;
    const expected = ((quantile * pair.sdOfGain) / pair.gain) ** 2;
    assert.ok(Math.abs(pair.needed.difference - expected) < 4, `${pair.needed.difference} ${expected}`);
    const equal = (((1.959964 + 1.281552) * pair.sdOfGain) / 0.01) ** 2;
    assert.ok(Math.abs(pair.needed.equivalence - equal) < 4, `${pair.needed.equivalence} ${equal}`);
    const [tiny] = (await judge(draw(300, 0), { margin: 1e-6 })).structures[0].pairs;
    assert.equal(tiny.needed.equivalence, Infinity);
  });

  it("refuses options out of range, and models that share nothing", async () => {
    const models = draw(5, 0.1);
    await assert.rejects(judge(models, { margin: 0 }), /margin: found 0, expected a finite number above 0/);
    await assert.rejects(judge(models, { alpha: 1 }), /alpha: found 1/);
    await assert.rejects(judge(models, { power: 0.01 }), /power: found 0\.01/);
    await assert.rejects(
      judge(models, { against: "c" }),
      /against: found "c", expected one of the models: a, b/,
    );
    await assert.rejects(judge({ a: models.a }), /at least two/);
    await assert.rejects(judge(models, { metric: "accuracy" as "dice" }), /metric: found "accuracy"/);
    await assert.rejects(
      judgeTables([write("a", models.a), write("b", models.b, "spleen")], {}),
      /share|no row that all have|structure/,
    );
  });
});
