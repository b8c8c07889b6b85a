import { LabError } from "tumorlab/internal/core/errors";
import { tagsOf, type CodeCell, type Notebook } from "./notebook.js";

/** A constant that the cell tagged `parameters` declares. */
export interface Parameter {
  name: string;
  /** Its type annotation as written, such as `lab.Scale`; `undefined` without one. */
  type: string | undefined;
  /** Its value as written, such as `"tiny"`. */
  value: string;
}

/** The cell tagged `parameters`, if the notebook has one. */
export function findParametersCell(notebook: Notebook): CodeCell | undefined {
  return notebook.cells.find(
    (cell): cell is CodeCell => cell.cell_type === "code" && tagsOf(cell).includes("parameters"),
  );
}

/** The parameters a notebook declares, in order; an empty list without a `parameters` cell. */
export function listParameters(notebook: Notebook): Parameter[] {
  const source = findParametersCell(notebook)?.source ?? "";
  return [
    ...source.matchAll(/^(?:const|let|var)\s+(\w+)\s*(?::\s*([^=]+?))?\s*=\s*(.+?)\s*;?\s*(?:\/\/.*)?$/gm),
  ].map(([, name, type, value]) => ({ name, type, value }));
}

/**
 * A copy of the notebook with a cell tagged `injected-parameters` right after the one tagged `parameters`,
 * which declares the given ones anew with the types they were declared with. An injected cell that is
 * already there is replaced; without values the copy has none.
 *
 * @param values by name, in JSON; each must be declared by the `parameters` cell.
 * @throws LabError when one is not.
 */
export function injectParameters(
  notebook: Notebook,
  values: Readonly<Record<string, unknown>>,
  name: string,
): Notebook {
  const cells = notebook.cells.filter((cell) => !tagsOf(cell).includes("injected-parameters"));
  const entries = Object.entries(values);
  if (entries.length === 0) return { ...notebook, cells };

  const declared = listParameters(notebook);
  const lines = entries.map(([key, value]) => {
    const parameter = declared.find((candidate) => candidate.name === key);
    if (!parameter) {
      throw new LabError(
        `-p ${key}`,
        value,
        `a parameter of ${name}`,
        declared.length > 0
          ? `Its parameters are ${declared.map((candidate) => candidate.name).join(", ")}`
          : "It has no cell tagged parameters",
      );
    }
    return `const ${key}${parameter.type ? `: ${parameter.type}` : ""} = ${JSON.stringify(value)};`;
  });
  const at = cells.indexOf(findParametersCell(notebook)!);
  const injected: CodeCell = {
    cell_type: "code",
    id: "injected-parameters",
    source: lines.join("\n"),
    metadata: { tags: ["injected-parameters"] },
    execution_count: null,
    outputs: [],
  };
  return { ...notebook, cells: [...cells.slice(0, at + 1), injected, ...cells.slice(at + 1)] };
}
