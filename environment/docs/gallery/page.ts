import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { listPictures } from "./pictures.js";
import { type ExampleText, readExamples } from "./read-code.js";
import { subjects } from "./subjects.js";

/**
 * The gallery as a page in Markdown: by subject, what its examples begin with, then each example with its picture and its
 * code. A code is complete with what stands above it in its subject.
 *
 * @param folder `environment/docs/gallery`, with the sources of the examples and their pictures.
 * @param pictures path of the folder of pictures from where the page will lie.
 */
export async function writeGalleryPage(folder: string, pictures: string): Promise<string> {
  const drawn = await listPictures(join(folder, "pictures"));
  const parts = [head];
  for (const { name } of subjects) {
    const text = await readFile(join(folder, "subjects", `${name}.ts`), "utf8");
    const [given, ...examples] = readExamples(text);
    const [title, ...about] = given.about.split("\n\n");
    parts.push(`## ${title}`, ...about);
    if (given.code !== "") parts.push(toBlock(`${listImports(text)}\n\n${given.code}`));
    for (const example of examples) parts.push(...describeExample(example, drawn, pictures));
  }
  return `${parts.join("\n\n")}\n`;
}

const head = `---
title: Gallery
---

# Gallery

Every figure that \`lab\` draws, with the code that draws it in a notebook's cell. What a subject begins with is needed
once, above its examples. The pictures are drawn without a browser; in the lab the same figures are live.`;

function describeExample(
  { name, about, code }: ExampleText,
  drawn: readonly string[],
  folder: string,
): string[] {
  const own = drawn.filter((file) => file.replace(/(-\d+)?\.(svg|png)$/, "") === name);
  const images = own.map((file) => `![${name}: ${about.replaceAll("\n", " ")}](${folder}/${file})`);
  const [, namespace] = new RegExp(`\\blab\\.(\\w+)\\.${name}\\(`).exec(code) ?? [];
  return [
    `### ${name}`,
    `${about} {@link tumorlab!${namespace}.${name} | Reference}`,
    ...images,
    toBlock(code),
  ];
}

/** The lines by which a file of examples imports what a cell imports too. */
function listImports(text: string): string {
  return [...text.matchAll(/^import \* as .*;$/gm)].map(([line]) => line).join("\n");
}

function toBlock(code: string): string {
  return `\`\`\`ts\n${code}\n\`\`\``;
}
