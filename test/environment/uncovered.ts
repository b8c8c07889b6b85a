/**
 * For the suite it is called in: the programs that the tests start write down no coverage. A kernel that does is half
 * as slow again, and what these kernels run is covered by the tests of the kernel itself.
 */
export function startProgramsUncovered(): void {
  let folder: string | undefined;
  before(() => {
    folder = process.env.NODE_V8_COVERAGE;
    // This process goes on writing down its own: Node read the variable at its start.
    delete process.env.NODE_V8_COVERAGE;
  });
  after(() => {
    if (folder !== undefined) process.env.NODE_V8_COVERAGE = folder;
  });
}
