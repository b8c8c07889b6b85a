import assert from "node:assert/strict";
import { captionPicture, describePiece, namePicture } from "#environment/lab/src/logic/captions.js";

const payload = {
  title: "Müller 3/4.NII.gz",
  shape: [10, 20, 30],
  windows: [{ name: "Liver", centerHu: 60, widthHu: 150 }],
} as unknown as Parameters<typeof captionPicture>[0]["payload"];

describe("captions of the viewer", () => {
  it("name the window and the slices, counted from 1", () => {
    const slices = "axial 30 of 30  ·  coronal 6 of 20  ·  sagittal 1 of 10";
    const voxel: [number, number, number] = [0, 5, 29];
    const caption = (kind: "ct" | "values" | "labels", centerHu: number): string =>
      captionPicture({ payload, kind }, { centerHu, widthHu: 150 }, voxel);
    assert.equal(caption("ct", 60), `Liver window, level 60, width 150 HU  ·  ${slices}`);
    assert.equal(caption("values", 61), `level 61, width 150  ·  ${slices}`);
    assert.equal(caption("labels", 60), slices);
  });

  it("make a file's name that every system takes", () => {
    assert.equal(namePicture(payload, [0, 5, 29]), "Müller-3-4-1-6-30");
    assert.equal(namePicture({}, [1, 1, 1]), "scan-2-2-2");
  });

  it("tell the size of a piece", () => {
    const piece = {
      ...{ value: 2, voxels: 12, volumeMl: 1.5, diameterMm: 20.04, axialDiameterMm: 15 },
      axialEnds: [
        [0, 0, 4],
        [3, 0, 4],
      ],
    } as unknown as Parameters<typeof describePiece>[0];
    assert.equal(
      describePiece(piece, "liver lesion"),
      "liver lesion, this connected piece: 1.50 ml (12 voxels), longest diameter 20.0 mm, longest in an axial slice 15.0 mm (slice 5).",
    );
  });
});
