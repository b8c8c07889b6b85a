/**
 * Makes `test/golden/dicom/conformance.json`: packs slices with dcmtk and GDCM, and has dcm2niix convert the conformance set.
 * Debian: `apt-get install dcmtk libgdcm-tools dcm2niix`; then `npm run build && node test/dist/src/dicom/make-golden.js`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { rescaleValue } from "tumorlab/internal/core/grid";
import type { Volume } from "tumorlab/internal/core/types";
import { parseDicom, pixelTag } from "tumorlab/internal/dicom/parse";
import { readVolume } from "tumorlab/internal/nifti/read";
import { reorient } from "tumorlab/internal/volume/orientation";
import { type ConformanceGolden, conformanceCases, goldenFile, sliceToPack } from "./conformance-set";

const call = "node test/dist/src/dicom/make-golden.js";

/** sha256 of the real numbers of a volume, as whole numbers of 32 bits in the order of memory. */
export function digestOf({ data, rescale }: Volume): string {
  const whole = Int32Array.from(data, (stored) => Math.round(rescaleValue(stored, rescale)));
  return createHash("sha256").update(new Uint8Array(whole.buffer)).digest("hex");
}

function packFrames(root: string): ConformanceGolden["frames"] {
  const tools: [string, string, string[]][] = [
    ["jpeg-lossless", "dcmcjpeg", ["+el", "+sv", "6"]],
    ["jpeg-lossless-sv1", "dcmcjpeg", ["+e1"]],
    ["jpeg-ls", "dcmcjpls", ["+el"]],
    ["jpeg-2000", "gdcmconv", ["--j2k"]],
  ];
  return Object.fromEntries(
    tools.map(([name, tool, words]) => {
      const frames = [0, 1, 2].map((z) => {
        const [plain, packed] = [path.join(root, `${z}.dcm`), path.join(root, `${name}${z}.dcm`)];
        writeFileSync(plain, sliceToPack(z));
        execFileSync(tool, [...words, plain, packed]);
        const data = parseDicom(readFileSync(packed), packed);
        const [fragment, ...more] = data.elements[pixelTag]!.fragments!;
        if (more.length > 0) throw new Error(`${packed}: several fragments`);
        return Buffer.from(
          data.byteArray.subarray(fragment.position, fragment.position + fragment.length),
        ).toString("base64");
      });
      return [name, { by: [tool, ...words].join(" "), frames }];
    }),
  );
}

async function convertCase(root: string, name: string, files: readonly Buffer[]) {
  const [folder, out] = [path.join(root, name), path.join(root, `${name}-out`)];
  mkdirSync(folder);
  mkdirSync(out);
  files.forEach((bytes, k) => writeFileSync(path.join(folder, `${k}.dcm`), bytes));
  execFileSync("dcm2niix", ["-z", "n", "-b", "n", "-f", "out", "-o", out, folder]);
  const [file, ...more] = readdirSync(out).filter((each) => each.endsWith(".nii"));
  if (file === undefined || more.length > 0) throw new Error(`${name}: ${[file, ...more].join()}`);
  const volume = reorient(await readVolume(path.join(out, file)));
  return { shape: [...volume.shape], affine: [...volume.affine], sha256: digestOf(volume) };
}

async function main(): Promise<void> {
  const root = mkdtempSync(path.join(tmpdir(), "conformance-"));
  const version = (tool: string, pattern: RegExp): string => {
    try {
      return pattern.exec(execFileSync(tool, ["--version"], { encoding: "utf8" }))?.[0] ?? "unknown";
    } catch (error) {
      return pattern.exec(String((error as { stdout?: unknown }).stdout))?.[0] ?? "unknown";
    }
  };
  const versions = {
    dcmtk: version("dcmcjpeg", /v\d[\d.]+/),
    gdcm: version("gdcmconv", /\d[\d.]+/),
    dcm2niix: version("dcm2niix", /v\d[\d.]+/),
  };
  const frames = packFrames(root);
  const cases: ConformanceGolden["cases"] = {};
  for (const each of conformanceCases)
    if (each.golden) cases[each.name] = await convertCase(root, each.name, each.files());
  mkdirSync(path.dirname(goldenFile), { recursive: true });
  writeFileSync(goldenFile, `${JSON.stringify({ call, versions, frames, cases })}\n`);
}

if (require.main === module) void main();
