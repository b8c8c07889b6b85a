import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { evaluation, plot } from "tumorlab";
import { closeRenderer } from "tumorlab/internal/plot/static/drawing-process";
import { listExamples } from "#environment/docs/gallery/example.js";
import { listPictures, writePictures } from "#environment/docs/gallery/pictures.js";
import { readExamples } from "#environment/docs/gallery/read-code.js";
import { subjects } from "#environment/docs/gallery/subjects.js";

const root = path.resolve(__dirname, "../../../..");
const gallery = path.join(root, "environment/docs/gallery");
const committed = path.join(gallery, "pictures");

describe("the gallery", () => {
  const examples = subjects.flatMap(listExamples);

  it("has an example of every figure function of lab.plot and lab.evaluation, and of nothing else", () => {
    const figures = [...Object.keys(plot), ...Object.keys(evaluation)].filter((name) =>
      /Figures?$/.test(name),
    );
    assert.ok(figures.length > 30);
    assert.deepEqual([...examples].sort(), figures.sort());
  });

  it("tells the code of every example, which shows the figure", () => {
    for (const { name, module } of subjects) {
      const [given, ...told] = readExamples(
        readFileSync(path.join(gallery, "subjects", `${name}.ts`), "utf8"),
      );
      assert.equal(given.name, "given");
      assert.deepEqual(
        told.map((each) => each.name),
        listExamples({ name, module }),
      );
      for (const { about, code, ...example } of told) {
        assert.match(about, /\.$/, example.name);
        assert.match(
          code,
          new RegExp(`await lab\\.show\\(\\s*lab\\.(plot|evaluation)\\.${example.name}\\(`),
          example.name,
        );
        assert.doesNotMatch(code, /\breturn lab\./, example.name);
      }
    }
  });

  describe("as pictures", () => {
    const started = process.cwd();
    let folder: string;
    let outcome: { written: string[]; removed: string[] };
    before(async function () {
      this.timeout(240_000);
      folder = mkdtempSync(path.join(tmpdir(), "tumorlab-gallery-"));
      for (const file of await listPictures(committed))
        copyFileSync(path.join(committed, file), path.join(folder, file));
      process.chdir(path.join(root, "notebooks"));
      outcome = await writePictures(folder);
    });
    after(async () => {
      process.chdir(started);
      await closeRenderer();
    });

    it("is what is committed; where a change was meant: npm run docs -- --pictures", async () => {
      const different: string[] = [];
      for (const file of outcome.written)
        if (!(await showsTheSame(path.join(folder, file), path.join(committed, file)))) different.push(file);
      if (different.length > 0)
        assert.fail(`${different.join(", ")} of ${committed}: drawn otherwise now. As it is now: ${folder}`);
      rmSync(folder, { recursive: true });
    });

    it("has no other ones beside it", () => assert.deepEqual(outcome.removed, []));

    it("is small", async () => {
      const bytes = (await listPictures(committed)).map((file) => statSync(path.join(committed, file)).size);
      assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 2_000_000);
    });
  });

  it("sees a picture that differs in one pixel or one letter", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tumorlab-gallery-"));
    const [png, svg] = ["sliceFigure.png", "dotFigure.svg"].map((file) => path.join(committed, file));
    const { pixels, width, height } = await decode(png);
    const canvas = createCanvas(width, height);
    const image = canvas.getContext("2d").createImageData(width, height);
    const write = (name: string): string => {
      canvas.getContext("2d").putImageData(image, 0, 0);
      writeFileSync(path.join(folder, name), canvas.toBuffer("image/png"));
      return path.join(folder, name);
    };
    image.data.set(pixels);
    assert.equal(await showsTheSame(png, write("packed-otherwise.png")), true);
    image.data[4 * (width + 3)] ^= 64;
    assert.equal(await showsTheSame(png, write("one-pixel.png")), false);
    const other = path.join(folder, "letter.svg");
    writeFileSync(other, readFileSync(svg, "utf8").replace("organs", "organ"));
    assert.equal(await showsTheSame(svg, other), false);
    assert.equal(await showsTheSame(svg, path.join(folder, "none.svg")), false);
    rmSync(folder, { recursive: true });
  });
});

/** Bytes of an SVG, pixels of a PNG: how a PNG is packed may change with a package. */
async function showsTheSame(one: string, other: string): Promise<boolean> {
  if (!existsSync(other)) return false;
  if (readFileSync(one).equals(readFileSync(other))) return true;
  if (one.endsWith(".svg")) return false;
  const [a, b] = [await decode(one), await decode(other)];
  return a.width === b.width && a.pixels.equals(b.pixels);
}

async function decode(file: string): Promise<{ width: number; height: number; pixels: Buffer }> {
  const image = await loadImage(file);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  return { width, height, pixels: Buffer.from(context.getImageData(0, 0, width, height).data) };
}
