/** A text's part before its first heading, and the rest. */
export function cutAtHeading(source: string): [before: string, after: string] {
  const at = source.search(/^#{1,4} /m);
  return at < 0 ? ["", source] : [source.slice(0, at), source.slice(at)];
}

/** How long a lesson takes, what comes next, and which line to change is for readers. */
const skipped = /^\*\*(Time|Next:?|Before this lesson|For a scan|To check your own|For tables)/;

/**
 * A text for a slide: headings, lists, tables, formulas and code as they are, of the paragraphs the first sentence of the
 * first one after each heading, and sentences with a phrase in bold, two of each paragraph at most.
 */
export function condense(source: string): string {
  let isFirst = true;
  const kept = splitBlocks(source).flatMap((block) => {
    if (/^#{1,6} /.test(block)) {
      isFirst = true;
      return [block];
    }
    if (/^(\$\$|\||```|>|[-*] |\d+\. )/.test(block)) return [block];
    const sentences = splitSentences(block.replace(/^\*\*What you (should )?see:?\*\*\s*/, ""));
    const chosen = sentences.filter((each, at) => (isFirst && at === 0) || /\*\*/.test(each));
    isFirst = false;
    const told = chosen.filter((each) => !skipped.test(each)).slice(0, 2);
    return told.length > 0 ? [capitalize(told.join(" "))] : [];
  });
  return kept.join("\n\n");
}

/** Paragraphs, lists, tables and fenced blocks; a heading is a block of its own. */
function splitBlocks(source: string): string[] {
  const blocks: string[] = [];
  for (const part of source.split(/(^```[\s\S]*?^```|^\$\$[\s\S]*?\$\$)/m)) {
    if (/^(```|\$\$)/.test(part)) blocks.push(part);
    else for (const block of part.split(/\n\s*\n/)) blocks.push(...block.trim().split(/(?<=^#{1,6} .*)\n+/));
  }
  return blocks.filter((block) => block.trim() !== "");
}

/** Sentences of a paragraph; points in names, numbers and links end none. */
function splitSentences(paragraph: string): string[] {
  return (
    paragraph
      .replace(/\n/g, " ")
      .match(/.+?[.?!](?=[*_)"”]*\s+[\p{Lu}*_"“(`]|[*_)"”]*$)[*_)"”]*|.+$/gu)
      ?.map((each) => each.trim()) ?? []
  );
}

function capitalize(text: string): string {
  return text.replace(
    /^([*_"“(]*)(\p{Ll})/u,
    (_all, marks: string, letter: string) => marks + letter.toUpperCase(),
  );
}
