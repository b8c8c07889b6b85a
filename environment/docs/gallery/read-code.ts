import ts from "typescript";

/** An example as its file tells it. */
export interface ExampleText {
  /** Name of its function. */
  name: string;
  /** What the comment above it says, in Markdown. */
  about: string;
  /** Its body as the code of a notebook's cell, in which what it returns is shown. */
  code: string;
}

/**
 * Reads the exported functions of a file of examples: their comments and their code, so that what a page shows is what was
 * drawn.
 *
 * @param text of the file.
 */
export function readExamples(text: string): ExampleText[] {
  const file = ts.createSourceFile("examples.ts", text, ts.ScriptTarget.Latest, true);
  return file.statements.flatMap((statement) => {
    if (!ts.isFunctionDeclaration(statement) || !statement.name || !statement.body) return [];
    const { name, body } = statement;
    const comment = ts.getJSDocCommentsAndTags(statement)[0];
    const about = comment && typeof comment.comment === "string" ? comment.comment : "";
    return [{ name: name.text, about, code: toCell(body.statements, text, name.text !== "given") }];
  });
}

/** The statements of a function, moved to the left edge; what it returns is shown, or left out where it is only handed on. */
function toCell(statements: readonly ts.Statement[], text: string, isShown: boolean): string {
  return statements
    .flatMap((statement) => {
      const code = text.slice(statement.getFullStart(), statement.getEnd()).replace(/^\s*\n(?=\s*\n)/, "\n");
      if (!ts.isReturnStatement(statement)) return [code];
      const value = statement.expression;
      return value && isShown ? [code.replace(/return ([\s\S]*);$/, "await lab.show($1);")] : [];
    })
    .join("")
    .replaceAll(/^ {2}/gm, "")
    .trim();
}
