import type * as Lab from "tumorlab";

/** What is compared between Node and a page: hashes of voxels, and numbers. */
export interface Findings {
  /** sha256 of the sample's CT and of its labels. */
  ct: string;
  labels: string;
  regions: [name: string, voxels: number, volumeMl: number, meanHu: number | undefined][];
  /** sha256 of a phantom's CT, of a scan with a lesion put into it, and of a file that was written and read again. */
  phantom: string;
  lesion: string;
  written: string;
}

/**
 * Works on the sample, in Node or in a page. It is sent to the page as text and so uses nothing from around it.
 *
 * @param folder where a file may be written.
 */
export async function findOut(lab: typeof Lab, folder: string): Promise<Findings> {
  const hash = async ({ data }: { data: ArrayBufferView }): Promise<string> => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const { ct, labels } = await lab.openSample("abdomen-ct");
  const regions = lab.volume.measureRegions(labels, ct);
  const phantom = lab.phantom.createPhantomCase(2, { seed: 4, spacingMm: 6, shape: [60, 42, 70] });
  const request = {
    ct,
    labels,
    organ: "liver" as const,
    key: lab.createKey(11),
    size: { radiusMm: 14 },
    options: { contrastHu: -35 },
  };
  const patch = await lab.tumor.findSynthesizer("handcrafted").synthesize(request);
  const lesion = lab.tumor.applyPatch(ct, labels, patch);
  await lab.writeVolume(`${folder}/scan.nii.gz`, phantom.ct);
  const written = await lab.readVolume(`${folder}/scan.nii.gz`);
  return {
    ct: await hash(ct),
    labels: await hash(labels),
    regions: regions.map(({ name, voxels, volumeMl, meanHu }) => [name, voxels, volumeMl, meanHu]),
    phantom: await hash(phantom.ct),
    lesion: await hash(lesion.ct),
    written: await hash(written),
  };
}
