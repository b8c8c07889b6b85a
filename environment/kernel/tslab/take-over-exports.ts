import type * as ts from "@tslab/typescript-for-tslab";

/**
 * Leaves it to the kernel what a cell's variables are before they have a value: takes the compiler's own
 * `exports.a = exports.b = void 0` away, and the value `undefined` of a `let` without one, which would stay where the
 * cell fails behind it. Functions are exported first of all, as they can be called before their place.
 *
 * @param onName told each name that the cell exports.
 */
export function takeOverExports(
  typescript: typeof ts,
  onName: (name: string) => void,
): ts.TransformerFactory<ts.SourceFile> {
  return () => (file) => {
    const functions = new Set<string>();
    const withoutValue = new Set<string>();
    const withValue = new Set<string>();
    for (const statement of file.statements) {
      if (typescript.isFunctionDeclaration(statement) && statement.name) functions.add(statement.name.text);
      if (!typescript.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (typescript.isIdentifier(name)) (initializer ? withValue : withoutValue).add(name.text);
      }
    }
    const first: ts.Statement[] = [];
    const rest: ts.Statement[] = [];
    for (const statement of file.statements) {
      const made = readExport(typescript, statement);
      const isOwn = made !== undefined && made.value === made.names[0];
      if (made && made.value === undefined) made.names.forEach(onName);
      else if (isOwn && functions.has(made.names[0])) first.push(statement);
      else if (!isOwn || !withoutValue.has(made.names[0]) || withValue.has(made.names[0]))
        rest.push(statement);
    }
    return typescript.factory.updateSourceFile(file, [...first, ...rest]);
  };
}

/** What a statement of the compiler's own exports: names, and the variable it takes their value from, if any. */
function readExport(
  typescript: typeof ts,
  statement: ts.Statement,
): { names: string[]; value: string | undefined } | undefined {
  // What the reader wrote has a place in the source.
  if (!typescript.isExpressionStatement(statement) || statement.expression.pos >= 0) return undefined;
  const names: string[] = [];
  let value: ts.Expression = statement.expression;
  while (typescript.isBinaryExpression(value)) {
    const { left, operatorToken, right } = value;
    const isAssignment = operatorToken.kind === typescript.SyntaxKind.EqualsToken;
    if (!isAssignment || !typescript.isPropertyAccessExpression(left)) return undefined;
    if (!typescript.isIdentifier(left.expression) || left.expression.text !== "exports") return undefined;
    names.push(left.name.text);
    value = right;
  }
  if (names.length === 0) return undefined;
  if (typescript.isVoidExpression(value)) {
    // A reader's own `void run()` at the end of a cell is exported as its last value.
    const isNothing = typescript.isNumericLiteral(value.expression) && value.expression.text === "0";
    return isNothing ? { names, value: undefined } : undefined;
  }
  return typescript.isIdentifier(value) ? { names, value: value.text } : undefined;
}
