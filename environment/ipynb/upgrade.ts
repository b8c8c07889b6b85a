/**
 * Notebooks of older formats, and small faults that other programs leave in the newest, put right on reading. Works on
 * parsed JSON and changes nothing that it does not understand: whoever reads the notebook checks its shape afterwards.
 */

type Fields = Record<string, unknown>;

/** How a notebook is put right. */
export interface UpgradeOptions {
  /** Whether every cell gets an id; by default only where the format (4.5 and later) asks for one. */
  everyId?: boolean;
}

/**
 * The notebook in format 4.
 *
 * - Formats 2 and 3: worksheets are put one after the other, `input` becomes `source`, headings become Markdown, outputs
 *   get today's names. `metadata.orig_nbformat` says what it was; front ends tell the reader.
 * - Format 4: a cell without `source`, `metadata` or `outputs` gets an empty one; an id that is missing, malformed or
 *   has been used before becomes `cell-N`, N being the cell's place, so that reading twice gives the same.
 *
 * @returns a new value; the argument itself where it is no notebook of formats 2 to 4
 */
export function upgradeNotebook(value: unknown, { everyId = false }: UpgradeOptions = {}): unknown {
  if (!isRecord(value)) return value;
  const { nbformat } = value;
  if ((nbformat === 2 || nbformat === 3) && Array.isArray(value.worksheets)) {
    const cells = (value.worksheets as unknown[]).flatMap((sheet) =>
      isRecord(sheet) && Array.isArray(sheet.cells) ? sheet.cells.map(upgradeCell) : [],
    );
    const {
      name: _name,
      signature: _signature,
      ...metadata
    } = isRecord(value.metadata) ? value.metadata : {};
    return {
      cells: repairIds(cells, true),
      metadata: { ...metadata, orig_nbformat: nbformat },
      nbformat: 4,
      nbformat_minor: 5,
    };
  }
  if (nbformat !== 4 || !Array.isArray(value.cells)) return value;
  const needsIds = everyId || (typeof value.nbformat_minor === "number" && value.nbformat_minor >= 5);
  return { ...value, cells: repairIds(value.cells.map(completeCell), needsIds) };
}

function completeCell(cell: unknown): unknown {
  if (!isRecord(cell)) return cell;
  const { source = "", metadata = {} } = cell;
  const complete: Fields = { ...cell, source: source ?? "", metadata: metadata ?? {} };
  if (cell.cell_type === "code") complete.outputs = cell.outputs ?? [];
  return complete;
}

/** Gives cells ids of their own; the first of two with the same id keeps it. */
function repairIds(cells: unknown[], everyId: boolean): unknown[] {
  const used = new Set<unknown>();
  const isFine = (id: unknown): boolean => typeof id === "string" && /^[\w-]{1,64}$/.test(id);
  const valid = cells.map((cell) => {
    if (!isRecord(cell) || !isFine(cell.id) || used.has(cell.id)) return false;
    used.add(cell.id);
    return true;
  });
  return cells.map((cell, index) => {
    if (valid[index] || !isRecord(cell) || (cell.id === undefined && !everyId)) return cell;
    let id = `cell-${index + 1}`;
    for (let copy = 2; used.has(id); copy++) id = `cell-${index + 1}-${copy}`;
    used.add(id);
    return { ...cell, id };
  });
}

function upgradeCell(cell: unknown): unknown {
  if (!isRecord(cell)) return cell;
  const { cell_type, input, language: _language, collapsed, prompt_number, level, rendered, ...rest } = cell;
  const metadata: Fields = isRecord(cell.metadata) ? { ...cell.metadata } : {};
  if (cell_type === "code") {
    if (typeof collapsed === "boolean") metadata.collapsed = collapsed;
    const outputs = Array.isArray(cell.outputs) ? cell.outputs.map(upgradeOutput) : [];
    const execution_count = typeof prompt_number === "number" ? prompt_number : null;
    return { ...rest, cell_type, metadata, source: input ?? cell.source ?? "", execution_count, outputs };
  }
  const source = cell.source ?? rendered ?? "";
  if (cell_type === "heading") {
    const marks = "#".repeat(Math.min(6, Math.max(1, Number(level) || 1)));
    const line = joinText(source).split(/\r?\n/).join(" ");
    return { ...rest, cell_type: "markdown", metadata, source: `${marks} ${line}` };
  }
  const isMarkdown = cell_type === "html" || cell_type === "text" || cell_type === "markdown";
  return { ...rest, cell_type: isMarkdown ? "markdown" : "raw", metadata, source };
}

const mimeTypes: Record<string, string> = {
  text: "text/plain",
  html: "text/html",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  latex: "text/latex",
  json: "application/json",
  javascript: "application/javascript",
};

function upgradeOutput(output: unknown): unknown {
  if (!isRecord(output)) return output;
  const { output_type, prompt_number, metadata, stream, ...rest } = output;
  switch (output_type) {
    case "stream":
      return { output_type, name: stream === "stderr" ? "stderr" : "stdout", text: rest.text ?? "" };
    case "pyerr": {
      const { ename = "", evalue = "", traceback = [] } = rest;
      return { output_type: "error", ename, evalue, traceback };
    }
    case "pyout":
    case "display_data": {
      const shown = { data: toBundle(rest), metadata: isRecord(metadata) ? toBundle(metadata) : {} };
      if (output_type === "display_data") return { output_type, ...shown };
      const execution_count = typeof prompt_number === "number" ? prompt_number : null;
      return { output_type: "execute_result", execution_count, ...shown };
    }
    default:
      return output;
  }
}

/** The fields of an old output under their MIME types. JSON was kept as text. */
function toBundle(fields: Fields): Fields {
  const bundle = Object.entries(fields).map(([name, value]) => {
    const type = Object.hasOwn(mimeTypes, name) ? mimeTypes[name] : name;
    return [type, type === "application/json" ? readJson(value) : value];
  });
  return Object.fromEntries(bundle) as Fields;
}

function readJson(value: unknown): unknown {
  try {
    return typeof value === "string" || Array.isArray(value) ? JSON.parse(joinText(value)) : value;
  } catch {
    return value;
  }
}

function joinText(value: unknown): string {
  return Array.isArray(value) ? value.join("") : String(value);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
