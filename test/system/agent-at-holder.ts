import { setTimeout as sleep } from "node:timers/promises";
import { withAccess } from "../../agent/at/access.ts";
import { realAgentHost } from "../../host/real-agent-host.ts";

/*
 * Started by agent-at-access.test.ts: holds the access lock of the file given, runs a program if one is given, else waits
 * to be killed. Says `held` once it has the lock.
 */
const [lockFile = "", ...argv] = process.argv.slice(2);
const real = await realAgentHost();
const host = { ...real, logs: { ...real.logs, append: async () => {} } };
const request = { host, lockFile, modem: "", port: "", purpose: "lock", waitMs: 10_000 };
process.exitCode = await withAccess(request, async () => {
  process.stdout.write("held\n");
  if (argv.length > 0) return await host.programs.runInherited(argv);
  await sleep(60_000);
  return 0;
});
