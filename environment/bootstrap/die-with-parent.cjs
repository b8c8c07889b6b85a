"use strict";
/*
 * Preloaded (node --require) into a program that must not outlive the one that started it, even when that was
 * killed outright: the channel between the two closes by itself, and this asks the program to end as Ctrl-C would.
 */
if (process.channel) {
  process.channel.unref();
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}
