import { readTexts } from "./list-texts.js";
import { type Finding, type Passage } from "./passage.js";
import { checkWordList, createSpelling, openDictionary } from "./spelling.js";
import { checkStyle } from "./style.js";

/**
 * Checks spelling and style of every text of the project that people read.
 *
 * @param root the project's folder.
 * @returns what is wrong, in the order of the texts, and how many passages were read.
 */
export async function checkProse(root: string): Promise<{ findings: Finding[]; passages: number }> {
  const checkSpelling = createSpelling(await openDictionary(root));
  const passages: Passage[] = readTexts(root);
  const findings = passages.flatMap((passage) => [...checkSpelling(passage), ...checkStyle(passage)]);
  return { findings: [...checkWordList(root, passages), ...findings], passages: passages.length };
}

/** One line such as `README.md, line 3: "recieve" is in no dictionary. Write "receive", or ...`. */
export function describeFinding({ place, line, message }: Finding): string {
  return `${place}, line ${line}: ${message}`;
}
