import * as ts from "typescript";
import { maskText, type Passage } from "./passage.js";

/** What is no prose in comments and messages: code in backticks, tags of JSDoc, links, addresses, placeholders. */
const notProse =
  /`[^`\n]*`|\{@\w+ [^}]*\}|@(?:param|typedef|property|returns|template|type|throws)\b(?: \{[^}]*\})?(?: \[?[\w.]+(?:=[^\]\s]*)?\]?)?|https?:\/\/\S*|<\/?[a-z][^>\n]*>|\\[ntr]|\\u[\da-f]{4}/gi;

/** Words in a row make a message; a single one is a key, a class or a path. */
const message = /(?:\p{L}{2,}|◦)[,;:]? (?:\p{L}+|◦) [\p{L}◦]/u;

/** Words that stand in any sentence of some length; a long row without them is a list of names. */
const smallWords = /\b(?:an|and|are|as|at|by|for|from|in|is|it|no|not|of|on|or|that|the|to|with)\b/i;

/** Whether a text in code is for people. */
function isMessage(text: string): boolean {
  if (!message.test(text) || /[{};]\s*$|=>|\bfunction\b|^\s*(?:import|const|let) /m.test(text)) return false;
  return text.split(/\s+/).length < 6 || smallWords.test(text);
}

/**
 * The comments of TypeScript or JavaScript, and those of its texts that are sentences or parts of them.
 *
 * @param place for the findings.
 */
export function readCode(text: string, place: string): Passage[] {
  const passages: Passage[] = [];
  let at = 0;
  let line = 1;
  const add = (start: number, found: string): void => {
    for (; at < start; at++) if (text.charCodeAt(at) === 10) line++;
    passages.push({ place, line, text: found.replace(notProse, maskText), kind: "code" });
  };
  let row: { end: number; start: number; text: string } | undefined;
  const endRow = (): void => {
    if (row) add(row.start, row.text);
    row = undefined;
  };
  for (const { kind, start, found } of scanTexts(text)) {
    if (kind === "line comment") {
      const body = found.slice(2);
      // Comments on lines that follow each other are one text.
      if (row && /^\s*$/.test(text.slice(row.end, start)))
        row = { ...row, end: start + found.length, text: `${row.text}\n${body}` };
      else {
        endRow();
        row = { start, end: start + found.length, text: body };
      }
      continue;
    }
    endRow();
    if (kind === "comment") splitComment(found).forEach((part) => add(start + part.offset, part.text));
    else if (isMessage(found)) add(start, found);
  }
  endRow();
  return passages;
}

/** The paragraphs and tags of a block comment, without its stars. */
function splitComment(comment: string): { offset: number; text: string }[] {
  const bare = comment
    .replace(/^\/\*+|\*+\/$/g, (mark) => " ".repeat(mark.length))
    .replace(/^[ \t]*\*/gm, (mark) => " ".repeat(mark.length));
  const parts: { offset: number; text: string }[] = [];
  for (const found of bare.matchAll(/(?:^|\n)(?=[ \t]*(?:@|-|\n|$))|$/g)) {
    const from = parts.length === 0 ? 0 : parts.at(-1)!.offset + parts.at(-1)!.text.length;
    parts.push({ offset: from, text: bare.slice(from, found.index) });
  }
  return parts.filter(({ text }) => text.trim() !== "" && !/^\s*@example\b/.test(text));
}

interface FoundText {
  kind: "comment" | "line comment" | "text";
  start: number;
  found: string;
}

/** The comments and texts of a file in order, without a parser, which would take three times as long. */
function scanTexts(text: string): FoundText[] {
  const { SyntaxKind: kinds } = ts;
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  const texts: FoundText[] = [];
  /** Open braces; those of a template's `${` are true. */
  const braces: boolean[] = [];
  let template: { start: number; text: string } | undefined;
  const templates: (typeof template)[] = [];
  let before: ts.SyntaxKind = kinds.Unknown;
  for (let kind = scanner.scan(); kind !== kinds.EndOfFileToken; kind = scanner.scan()) {
    if (kind === kinds.SlashToken || kind === kinds.SlashEqualsToken) {
      if (!endsValue(before)) kind = scanner.reScanSlashToken();
    } else if (kind === kinds.OpenBraceToken) braces.push(false);
    else if (kind === kinds.CloseBraceToken && braces.pop()) kind = scanner.reScanTemplateToken(false);
    const start = scanner.getTokenStart();
    const token = scanner.getTokenText();
    if (kind === kinds.MultiLineCommentTrivia) texts.push({ kind: "comment", start, found: token });
    else if (kind === kinds.SingleLineCommentTrivia)
      texts.push({ kind: "line comment", start, found: token });
    else if (kind === kinds.StringLiteral || kind === kinds.NoSubstitutionTemplateLiteral)
      texts.push({ kind: "text", start, found: token.slice(1, -1) });
    else if (kind === kinds.TemplateHead) {
      templates.push(template);
      template = { start, text: token.slice(1) };
      braces.push(true);
    } else if (kind === kinds.TemplateMiddle || kind === kinds.TemplateTail) {
      template!.text = `${template!.text.slice(0, -2)}◦${token.slice(1)}`;
      if (kind === kinds.TemplateMiddle) braces.push(true);
      else {
        texts.push({ kind: "text", start: template!.start, found: template!.text.slice(0, -1) });
        template = templates.pop();
      }
    }
    if (kind > kinds.LastTriviaToken) before = kind;
  }
  return texts.sort((a, b) => a.start - b.start);
}

/** Whether a slash after such a token divides; elsewhere it begins a regular expression. */
function endsValue(kind: ts.SyntaxKind): boolean {
  const { SyntaxKind: kinds } = ts;
  return (
    kind === kinds.Identifier ||
    kind === kinds.NumericLiteral ||
    kind === kinds.BigIntLiteral ||
    kind === kinds.StringLiteral ||
    kind === kinds.NoSubstitutionTemplateLiteral ||
    kind === kinds.TemplateTail ||
    kind === kinds.CloseParenToken ||
    kind === kinds.CloseBracketToken ||
    kind === kinds.CloseBraceToken ||
    kind === kinds.ThisKeyword ||
    kind === kinds.RegularExpressionLiteral
  );
}
