/*
 * node environment/docker/health.mjs PORT: ends with 0 when the lab answers there, with 1 when it does not. Needs no
 * token: being told to bring one is an answer too.
 */
const [port = "8888"] = process.argv.slice(2);

try {
  const { status } = await fetch(`http://127.0.0.1:${port}/api/status`, {
    signal: AbortSignal.timeout(4000),
  });
  process.exitCode = status < 500 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
