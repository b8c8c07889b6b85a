/** The built library, as if it lay in the page's own files. */
export const builtFolder = "/tumorlab/src/dist";
