import { readFileSync } from "node:fs";
import { sinkClient } from "../../../agent/delivery/sink-client.ts";
import { Incoming } from "../../../agent/incoming/incoming.ts";
import { agentLog } from "../../../agent/log.ts";
import { INCOMING_STATE } from "../../../agent/paths.ts";
import type { Place, SpoolFiles } from "../../../core/delivery-ports.ts";
import { realFolderWatch } from "../../../host/folder-watch.ts";
import { RealHandlers } from "../../../host/handlers.ts";
import { RealLineFiles } from "../../../host/line-files.ts";
import { realAgentHost } from "../../../host/real-agent-host.ts";
import { pathResolver } from "../../../host/rooted-path.ts";
import { RealSpoolFiles } from "../../../host/spool-files.ts";
import { UserDatabase } from "../../../host/user-database.ts";
import { RealWeb } from "../../../host/web.ts";
import { sampleInventory, sampleModem, sampleSmsd, sampleSpool } from "../sample-inventory.ts";
import type { AgentTask } from "./agent-process.ts";

/*
 * Started by agent-process.ts: the part of the agent that delivers received messages, with the real ports, until it gets
 * TERM. Only where it keeps its state is another place.
 */

const [taskFile = ""] = process.argv.slice(2);
const task = JSON.parse(readFileSync(taskFile, "utf8")) as AgentTask;

/** The agent's state lies where no inventory decides. */
function withState(files: SpoolFiles, state: string): SpoolFiles {
  const place = ({ folder, name }: Place): Place => ({ folder: folderOf(folder), name });
  const folderOf = (folder: string) => (folder === INCOMING_STATE ? state : folder);
  return {
    names: (folder) => files.names(folderOf(folder)),
    look: (at) => files.look(place(at)),
    read: (at, limit) => files.read(place(at), limit),
    move: (from, to) => files.move(place(from), place(to)),
    durable: (folder) => files.durable(folderOf(folder)),
    sync: (at) => files.sync(place(at)),
    write: (at, content) => files.write(place(at), content),
    remove: (at) => files.remove(place(at)),
    makeFolder: (folder) => files.makeFolder(folderOf(folder)),
  };
}

const { incoming, report, processed, deadLetter, state, modems, sinks } = task;
const inventory = sampleInventory({
  modems: modems.map((name) => sampleModem({ name })),
  smsd: sampleSmsd({ spool: { ...sampleSpool("/nonexistent", "/nonexistent/stats"), incoming, report } }),
  incoming: { processed, deadLetter, keepFor: 30, keepAtMost: 0, duplicateWindow: 86_400, sinks },
});
const host = await realAgentHost();
const web = new RealWeb();
const ports = {
  web,
  // No test of this runner has a broker.
  brokers: { connect: () => Promise.reject(new Error("no brokers here")) },
  handlers: new RealHandlers(new UserDatabase(pathResolver("/"))),
  lineFiles: new RealLineFiles(),
  ...{ secrets: host.secrets, clock: host.clock, hostName: "gateway", version: "0" },
};
const receiving = new Incoming({
  host,
  spoolFiles: withState(new RealSpoolFiles(), state),
  watch: realFolderWatch,
  connect: (sink) => sinkClient(sink, ports),
  hostName: ports.hostName,
  log: agentLog((line) => process.stdout.write(`${line}\n`)),
  deadLettered: () => {},
});
await receiving.start(inventory);
// What waits for events does not keep a process alive.
const alive = setInterval(() => {}, 3_600_000);
process.once("SIGTERM", () => {
  clearInterval(alive);
  void receiving.stop().then(() => web.close());
});
