/** The reason of the running cell's abort signal, and the error a reader sees, when the cell is interrupted. */
export class Interrupted extends Error {
  constructor(message = "The cell was interrupted") {
    super(message);
    this.name = "Interrupted";
  }
}
