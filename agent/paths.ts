import { AGENT_LOGS, STATE } from "../provision/desired/paths.ts";

export { AGENT_STATE as STATE_FILE, AGENT_UNIT, SET_ASIDE } from "../provision/desired/paths.ts";

/** Where the agent keeps things on the host. */
export const MEMORY = `${STATE}/agent/memory.json`;
/** The last inventory that was good, for when the one on disk is not. */
export const LAST_GOOD_INVENTORY = `${STATE}/agent/inventory.yaml`;
/** Destinations whose last messages failed, as hashes. */
export const DESTINATIONS = `${STATE}/agent/destinations.json`;
/** The timeline: one JSON object a line. */
export const EVENTS_LOG = `${AGENT_LOGS}/events.jsonl`;
/** Every access to a modem's port: one JSON object a line. */
export const ACCESS_LOG = `${AGENT_LOGS}/access.jsonl`;
/** What became of received messages that some have and others do not yet. */
export const INCOMING_STATE = `${STATE}/incoming`;
/** Notices that some receiver has not got yet: one file each. */
export const OUTBOX = `${STATE}/outbox`;
/** What was told to whom, so that ends are told to those who know of the beginning. */
export const NOTICE_MEMORY = `${STATE}/agent/notices.json`;
/** The API for commands on this machine; only root may open it. */
export const API_SOCKET = "/run/modemkeeper/api.sock";
