import { fileError, LabError, locateErrors, requireThat } from "../core/errors.js";
import { decodeText, writeFileWhole } from "../core/files.js";
import { requireChecked } from "../core/read-checked.js";
import type { Vec3 } from "../core/types.js";
import { encodeText } from "../platform/bytes.js";
import { type FileError, mkdir, readFile, rename, rm, stat } from "../platform/files.js";
import { sha256 } from "../platform/hash.js";
import { join } from "../platform/paths.js";
import { checkModelFile } from "./model-file-schema.js";
import { checkNetworkConfig, type NetworkConfig } from "./network-config.js";
import { bytesOf, floatsOf, writeSafetensors } from "./safetensors.js";
import { hashWeights, matchWeights, type WeightTensor } from "./weights.js";

/** A network with all that is needed to use it on a scan. */
export interface TrainedModel {
  config: NetworkConfig;
  weights: readonly WeightTensor[];
  /** Names of the classes; the first is `"background"`. */
  classNames: readonly string[];
  /** Structures of a label map that each class but background is made of; absent where that is not known. */
  structures?: readonly (readonly string[])[];
  /** Structures that were not learned from, either way, and should not be scored. */
  ignored?: readonly string[];
  /** Distance of voxels the network was trained on, in mm. */
  spacingMm: Vec3;
  /** HU that became 0 and 1. */
  windowHu: readonly [number, number];
  /**
   * How it was trained: step, seed, score, in the words of whoever trained it. Kept as it is. `learnedFrom` says which scans it
   * knows where these are of one kind alone; `tumorlab predict` tells it.
   */
  training?: Readonly<Record<string, unknown>>;
}

interface ModelFile {
  format: "layers-model";
  generatedBy: string;
  modelTopology: { class_name: "TumorlabUNet"; config: NetworkConfig };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: "float32" }[] }[];
  userDefinedMetadata: {
    weightsSha256: string;
    classNames: string[];
    structures?: readonly (readonly string[])[];
    ignored?: readonly string[];
    spacingMm: [number, number, number];
    windowHu: [number, number];
    training: Record<string, unknown>;
  };
}

/**
 * Writes a model as a folder, whole or not at all: `model.json` and `weights.bin` in the form of TensorFlow.js's
 * LayersModel files (the weights can be read by anything that reads those; the topology names this project's U-Net),
 * and the same numbers as `model.safetensors`. A model that was there before is replaced.
 *
 * @throws LabError when weights and network do not match, naming the tensor, or the folder cannot be written.
 */
export async function saveModel(folder: string, model: TrainedModel): Promise<void> {
  checkNetworkConfig(model.config);
  const weights = matchWeights(model.config, model.weights, "model");
  const { classNames, structures, ignored, windowHu, training = {} } = model;
  const [x, y, z] = model.spacingMm;
  const file: ModelFile = {
    format: "layers-model",
    generatedBy: "tumorlab",
    modelTopology: { class_name: "TumorlabUNet", config: model.config },
    weightsManifest: [
      {
        paths: ["weights.bin"],
        weights: weights.map(({ name, shape }) => ({ name, shape: [...shape], dtype: "float32" })),
      },
    ],
    userDefinedMetadata: {
      weightsSha256: hashWeights(weights),
      classNames: [...classNames],
      ...(structures ? { structures } : {}),
      ...(ignored ? { ignored } : {}),
      spacingMm: [x, y, z],
      windowHu: [windowHu[0], windowHu[1]],
      training: { ...training },
    },
  };
  const [partial, former] = [`${folder}.partial`, formerOf(folder)];
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await writeFileWhole(
      join(partial, "weights.bin"),
      weights.map(({ data }) => bytesOf(data)),
    );
    await writeFileWhole(join(partial, "model.json"), [encodeText(`${JSON.stringify(file, null, 2)}\n`)]);
    await writeSafetensors(join(partial, "model.safetensors"), weights, {
      network: JSON.stringify(model.config),
      classNames: JSON.stringify(classNames),
    });
    if (await isFolder(folder)) {
      await rm(former, { recursive: true, force: true });
      await rename(folder, former);
    }
    await rename(partial, folder);
    await rm(former, { recursive: true, force: true });
  } catch (error) {
    if (error instanceof LabError) throw error;
    const { code, message } = error as FileError;
    throw new LabError(folder, code ?? message, "a folder that can be written", "", { cause: error });
  }
}

/**
 * Reads a model that {@link saveModel} wrote.
 *
 * @throws LabError for a folder without one, a file that is damaged or cut short (its sha256 differs), or a tensor that
 *   does not fit the network, naming it.
 */
export async function loadModel(folder: string): Promise<TrainedModel> {
  const former = formerOf(folder);
  // Killed between two renames, saveModel leaves the model that was there before under its other name.
  if (!(await isFolder(folder)) && (await isFolder(former))) return loadModel(former);
  const path = join(folder, "model.json");
  const file = parseModelFile(path, await readPart(path));
  const { config } = file.modelTopology;
  locateErrors(
    (input) => `${path}, ${input}`,
    () => checkContent(file),
  );
  const [{ paths, weights: specs }] = file.weightsManifest;
  const weightsPath = join(folder, paths[0]);
  const bytes = await readPart(weightsPath);
  const size = specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  if (bytes.length !== size)
    throw new LabError(weightsPath, `${bytes.length} bytes`, `${size} bytes, as model.json says`, copyAgain);
  const found = sha256(bytes);
  const { weightsSha256, ...facts } = file.userDefinedMetadata;
  if (found !== weightsSha256)
    throw new LabError(weightsPath, `sha256 ${found}`, `sha256 ${weightsSha256}`, copyAgain);
  let at = 0;
  const tensors = specs.map(({ name, shape }) => {
    const length = 4 * sizeOf(shape);
    const data = floatsOf(bytes.subarray(at, at + length));
    at += length;
    return { name, shape, data };
  });
  return { config, weights: matchWeights(config, tensors, weightsPath), ...facts };
}

function formerOf(folder: string): string {
  return `${folder}.former`;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

const copyAgain = "The file is damaged or was cut short: copy it again";

function parseModelFile(path: string, bytes: Uint8Array): ModelFile {
  const form = 'a model of this project, "format": "layers-model" with modelTopology "TumorlabUNet"';
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeText(bytes));
  } catch (error) {
    throw new LabError(path, (error as Error).message, form, copyAgain, { cause: error });
  }
  // The model of another program is told as that, not by the first field it lacks.
  const foreign = (parsed as Partial<ModelFile> | null)?.modelTopology?.class_name as string | undefined;
  if (foreign !== undefined && foreign !== "TumorlabUNet")
    throw new LabError(path, foreign, form, "", { kind: "bad-file" });
  return requireChecked<ModelFile>(path, checkModelFile, parsed, form);
}

/** Throws a LabError that names the first field of a model's file that does not go with the others. */
function checkContent({ modelTopology, userDefinedMetadata }: ModelFile): void {
  checkNetworkConfig(modelTopology.config);
  const { classes } = modelTopology.config;
  const { classNames, structures, windowHu } = userDefinedMetadata;
  requireThat(
    classNames.length === classes,
    "userDefinedMetadata.classNames",
    classNames,
    `${classes} different names, one for each class with background`,
  );
  requireThat(
    structures === undefined || structures.length === classes - 1,
    "userDefinedMetadata.structures",
    structures,
    `${classes - 1} lists of names, one for each class but background`,
  );
  requireThat(
    windowHu[1] > windowHu[0],
    "userDefinedMetadata.windowHu",
    windowHu,
    "two rising numbers in HU",
  );
}

async function readPart(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    const advice = "Name the folder that holds model.json and weights.bin, or that of a training";
    throw fileError(path, error, "a file of a model", advice);
  });
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
