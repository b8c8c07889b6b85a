import ts from "typescript";

/** What the code of a cell declares and uses, as far as its text tells. */
export interface CellCode {
  /** Names that the cell declares at its top level, types left out. */
  declared: string[];
  /** Names that it uses and does not declare anywhere within. */
  used: Set<string>;
  /** Whether it only declares: functions, types, imports, values written out. Such a cell costs nothing to run. */
  isLight: boolean;
}

/** Looks at the code of a cell, be it whole or not. */
export function examineCode(source: string): CellCode {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  const declared: string[] = [];
  for (const statement of file.statements) collectDeclared(statement, declared);
  const inner = new Set<string>(declared);
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
      const isKey =
        (ts.isPropertyAssignment(parent) ||
          ts.isMethodDeclaration(parent) ||
          ts.isPropertySignature(parent)) &&
        parent.name === node;
      const isPicked = ts.isBindingElement(parent) && parent.propertyName === node;
      const isDeclared =
        (ts.isVariableDeclaration(parent) ||
          ts.isParameter(parent) ||
          ts.isBindingElement(parent) ||
          ts.isFunctionLike(parent) ||
          ts.isClassLike(parent)) &&
        parent.name === node;
      if (isDeclared) inner.add(node.text);
      else if (!isMember && !isKey && !isPicked) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const name of inner) used.delete(name);
  return { declared, used, isLight: file.statements.every(isLightStatement) };
}

function collectDeclared(statement: ts.Statement, into: string[]): void {
  if (ts.isVariableStatement(statement))
    for (const { name } of statement.declarationList.declarations) collectNames(name, into);
  else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
    into.push(statement.name.text);
  else if (ts.isImportDeclaration(statement) && statement.importClause) {
    const { name, namedBindings } = statement.importClause;
    if (name) into.push(name.text);
    if (namedBindings && ts.isNamespaceImport(namedBindings)) into.push(namedBindings.name.text);
    else if (namedBindings) into.push(...namedBindings.elements.map((each) => each.name.text));
  } else if (
    ts.isExpressionStatement(statement) &&
    ts.isBinaryExpression(statement.expression) &&
    statement.expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(statement.expression.left)
  )
    into.push(statement.expression.left.text);
}

function collectNames(name: ts.BindingName, into: string[]): void {
  if (ts.isIdentifier(name)) into.push(name.text);
  else
    for (const element of name.elements) if (ts.isBindingElement(element)) collectNames(element.name, into);
}

function isLightStatement(statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement))
    return (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isImportDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
    );
  return statement.declarationList.declarations.every(
    ({ initializer }) => initializer === undefined || isLightValue(initializer),
  );
}

function isLightValue(value: ts.Expression): boolean {
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isLiteralExpression(value))
    return true;
  if (ts.isArrayLiteralExpression(value)) return value.elements.every(isLightValue);
  if (ts.isPrefixUnaryExpression(value)) return isLightValue(value.operand);
  if (ts.isBinaryExpression(value)) return isLightValue(value.left) && isLightValue(value.right);
  if (ts.isObjectLiteralExpression(value))
    return value.properties.every((each) => ts.isPropertyAssignment(each) && isLightValue(each.initializer));
  return value.kind === ts.SyntaxKind.TrueKeyword || value.kind === ts.SyntaxKind.FalseKeyword;
}

/** How alike two pieces of code are, from 0 to 1: the share of their words that both have. */
export function compareCode(a: string, b: string): number {
  const [one, other] = [wordsOf(a), wordsOf(b)];
  if (one.size === 0 || other.size === 0) return 0;
  const shared = [...one].filter((word) => other.has(word)).length;
  return (2 * shared) / (one.size + other.size);
}

function wordsOf(code: string): Set<string> {
  return new Set(code.match(/[\p{L}_$][\p{L}\p{N}_$]*|\d[\d.]*/gu) ?? []);
}

/** Code without what makes no difference: spaces at the ends of lines and of the whole. */
export function trimCode(source: string): string {
  return source
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll("\r\n", "\n")
    .trim();
}

/** A module's JavaScript, or what is wrong with the code, with the line. */
export function transpile(source: string): { code: string } | { fault: string } {
  if (/^(<{7}|>{7})/m.test(source))
    return { fault: "the marks of a merge conflict (<<<<<<<) are in the cell" };
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: false,
      removeComments: false,
    },
  });
  const [first] = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error);
  if (!first) return { code: outputText };
  const line = first.file?.getLineAndCharacterOfPosition(first.start ?? 0).line;
  const words = ts.flattenDiagnosticMessageText(first.messageText, " ");
  return { fault: line === undefined ? words : `line ${line + 1}: ${words}` };
}
