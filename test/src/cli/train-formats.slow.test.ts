import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toLabelMap } from "tumorlab/internal/core/grid";
import type { Volume } from "tumorlab/internal/core/types";
import { readLabelMap, readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import { ballContours, ballSeg, ballSlices } from "../dicom/ball-dicom.js";
import { ballScan } from "../training/scans.js";
import { run } from "./run.js";

/** The same four cases as NIfTI, as DICOM with labels of every kind, and as NRRD and MetaImage. */
describe("a cohort in any format through verify, split, train, predict and evaluate", function () {
  this.timeout(240_000);
  let root: string;
  const at = (...names: string[]): string => join(root, ...names);
  const cases = ["ball-1", "ball-2", "ball-3", "ball-4"];
  const cohorts = ["nifti", "dicom", "text"];

  const write = (file: string, bytes: Uint8Array | string): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  before(async () => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-formats-"));
    for (const [n, name] of cases.entries()) {
      const { ct, labels } = ballScan(n + 1);
      const series = `8.${n}`;
      for (const [k, bytes] of ballSlices({ ct }, series).entries())
        write(at("dicom", name, "ct", `${k}`), bytes);
      const scan: Volume = await readVolume(at("dicom", name));
      const { rescale: _, ...grid } = scan;
      const map = toLabelMap({ ...grid, data: labels.data }, labels.names);
      await writeVolume(at("nifti", `${name}_0000.nii.gz`), scan);
      await writeVolume(at("nifti", `${name}.nii.gz`), map);
      const ending = n % 2 === 0 ? "nrrd" : "mha";
      await writeVolume(at("text", `${name}_0000.${ending}`), scan);
      await writeVolume(at("text", `${name}.${ending}`), map);
      if (n === 0) write(at("dicom", name, "seg", "0"), ballSeg(map, series));
      if (n === 1) write(at("dicom", name, "rt", "0"), ballContours(map, series));
      if (n === 2) write(at("dicom", `${name}_seg.dcm`), ballSeg(map, series));
      if (n === 3) await writeVolume(at("dicom", `${name}.nii.gz`), map);
    }
    for (const cohort of cohorts)
      write(
        at(cohort, "dataset.json"),
        JSON.stringify({ labels: { background: 0, liver: 5, liver_lesion: 27 } }),
      );
    const recipe = {
      targets: [
        { name: "liver", structures: ["liver"] },
        { name: "tumor", structures: ["liver_lesion"] },
      ],
      network: { widths: [4, 8], encoderBlocks: [1, 1], decoderBlocks: [1], patch: [8, 8, 8] },
      ...{ steps: 6, validateEvery: 3, checkpointEvery: 6, spacingMm: [8, 8, 8] },
    };
    write(at("recipe.json"), JSON.stringify(recipe));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  /** What a command printed as JSON; fails with what it said. */
  const ask = async (...words: string[]): Promise<any> => {
    const { code, out, err } = await run(...words);
    assert.equal(code, 0, `${words.join(" ")}\n${err}${out}`);
    return words.includes("--json") ? JSON.parse(out) : out;
  };
  /** Of each cohort, which all have to agree with the first. */
  const compare = async <T>(of: (cohort: string) => Promise<T>): Promise<T> => {
    const [first, ...others] = [await of("nifti"), await of("dicom"), await of("text")];
    for (const [k, other] of others.entries()) assert.deepEqual(other, first, cohorts[k + 1]);
    return first;
  };

  it("has the same scans, structures, split, weights, predictions and scores", async () => {
    await compare(async (cohort) => {
      const {
        cases: found,
        summary,
        findings,
      } = await ask(...["cohort", "verify", at(cohort), "--out", at(`${cohort}.json`), "--json"]);
      return { found, summary, findings };
    });
    await compare((cohort) =>
      ask("cohort", "split", at(`${cohort}.json`), "--seed", "4", "--folds", "2", "--json"),
    );
    const { weightsSha256 } = await compare(async (cohort) => {
      const words = ["--config", at("recipe.json"), "--data", at(cohort), "--out", at(`${cohort}-model`)];
      const { weightsSha256: weights, heldOut } = await ask(
        ...["train", ...words, "--seed", "2", "--engine", "reference", "--json"],
      );
      return {
        weightsSha256: weights as string,
        heldOut: heldOut.map((each: { case: string }) => each.case),
      };
    });
    assert.match(weightsSha256, /^[0-9a-f]{64}$/);
    assert.deepEqual(
      ...(["dicom", "text"].map((cohort) => readFileSync(at(`${cohort}-model`, "last", "weights.bin"))) as [
        Buffer,
        Buffer,
      ]),
    );
    const predicted = await compare(async (cohort) => {
      const words = ["--model", at("nifti-model"), "--ct", at(cohort), "--out", at(`${cohort}-labels`)];
      await ask("predict", ...words, "--engine", "reference", "--json");
      return Promise.all(cases.map((name) => readLabelMap(at(`${cohort}-labels`, `${name}.nii.gz`))));
    });
    assert.ok(predicted.every(({ data }) => data.some((value) => value > 0)));
    const scores = await compare(async (cohort) => {
      const words = ["--reference", at(cohort), "--prediction", at("nifti-labels"), "--json"];
      const { cases: rows, detection } = await ask("evaluate", ...words);
      return { rows, detection };
    });
    assert.equal(scores.rows.length, 2 * cases.length);

    // The folder of one patient, with a SEG in it, is one scan.
    const one = ["--model", at("dicom-model"), "--ct", at("dicom", "ball-1"), "--out", at("one")];
    await ask("predict", ...one, "--engine", "reference");
    assert.deepEqual((await readLabelMap(at("one", "ball-1.nii.gz"))).data, predicted[0].data);
    const alone = ["--reference", at("dicom", "ball-1"), "--prediction", at("one"), "--json"];
    const { cases: rows } = await ask("evaluate", ...alone);
    assert.deepEqual(rows, scores.rows.slice(0, 2));
  });
});
