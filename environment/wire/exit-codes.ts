/** Exit code of a kernel that found one of its ports taken: whoever starts it may try again with other ports. */
export const portTakenExitCode = 98;

/** Exit code of a kernel whose parent process has gone. */
export const orphanedExitCode = 97;
