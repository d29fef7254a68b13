/** Where the agent keeps things on the host. */
export const MEMORY = "/var/lib/modemkeeper/agent/memory.json";
/** The last inventory that was good, for when the one on disk is not. */
export const LAST_GOOD_INVENTORY = "/var/lib/modemkeeper/agent/inventory.yaml";
/** The timeline: one JSON object a line. */
export const EVENTS_LOG = "/var/log/modemkeeper/events.jsonl";
/** Every access to a modem's port: one JSON object a line. */
export const ACCESS_LOG = "/var/log/modemkeeper/access.jsonl";
/** What the agent sees now; gone with the agent. */
export const STATE_FILE = "/run/modemkeeper/state.json";
/** Messages taken out of smsd's queue because they kill the modem or would be sent again and again. */
export const SET_ASIDE = "/var/spool/modemkeeper/set-aside";
export const AGENT_UNIT = "modemkeeper.service";
