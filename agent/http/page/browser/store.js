import { timeOf } from "./time.js";
import { token } from "./token.js";

/** @import { Connection, GatewayStatus, Job, MessageRow, SignalSample, State, TimelineEntry } from "./types.ts" */

/** Entries and jobs beyond these leave the page. */
const MOST_ENTRIES = 200;
const MOST_JOBS = 10;
/** The agent looks at least every half minute; one that has not for this long hangs. */
const HUNG_MS = 90_000;

/** @returns {State} */
export function emptyState() {
  return {
    connection: { state: "connecting" },
    status: undefined,
    receivedAt: 0,
    offset: 0,
    timeline: [],
    signal: {},
    dead: undefined,
    read: new Set(),
    unread: {},
    jobs: [],
    filter: "info",
    token: token() !== undefined,
    dialog: undefined,
  };
}

/**
 * The gateway's clock now: ages are told by it, since this computer's may be wrong.
 * @param {State} state
 */
export function gatewayNow(state) {
  return Date.now() + state.offset;
}

/**
 * How long ago the agent looked, if that is too long.
 * @param {State} state
 */
export function hungFor(state) {
  const looked = timeOf(state.status?.agent.looked);
  if (state.connection.state !== "live" || looked === undefined) return undefined;
  const age = gatewayNow(state) - looked;
  return age > HUNG_MS ? age : undefined;
}

/**
 * Whether what is shown may no longer be so.
 * @param {State} state
 */
export function isStale(state) {
  return state.connection.state !== "live" || hungFor(state) !== undefined;
}

/**
 * @param {State} state
 * @param {Connection} connection
 */
export function setConnection(state, connection) {
  state.connection = connection;
}

/**
 * @param {State} state
 * @param {GatewayStatus} status
 */
export function setStatus(state, status) {
  state.status = status;
  state.receivedAt = Date.now();
  state.offset = (timeOf(status.at) ?? state.receivedAt) - state.receivedAt;
}

/**
 * Adds to the timeline. What was missed may come twice: from the stream, and from the history that was asked for.
 * @param {State} state
 * @param {readonly TimelineEntry[]} entries
 */
export function addEntries(state, entries) {
  const known = new Set(state.timeline.map(entryKey));
  const fresh = entries.filter((entry) => timeOf(entry.time) !== undefined && !known.has(entryKey(entry)));
  if (fresh.length === 0) return;
  const all = [...state.timeline, ...fresh].sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  state.timeline = all.slice(-MOST_ENTRIES);
}

/** @param {TimelineEntry} entry */
export function entryKey({ time, subject, code, phase, sentence }) {
  return [time, subject, code, phase, sentence].join("\n");
}

/**
 * Takes up what is told of jobs. An answer may come after an event that was sent later, so what is further on is kept.
 * @param {State} state
 * @param {readonly Job[]} jobs
 */
export function setJobs(state, jobs) {
  const known = new Map(state.jobs.map((job) => [job.id, job]));
  for (const job of jobs) {
    const before = known.get(job.id);
    if (!before || progress(job) >= progress(before)) known.set(job.id, job);
  }
  const all = [...known.values()].sort((a, b) => Date.parse(b.begun) - Date.parse(a.begun));
  state.jobs = all.slice(0, MOST_JOBS);
}

/** @param {Job} job */
function progress({ state, lines }) {
  return (state === "running" ? 0 : 1_000_000) + lines.length;
}

/**
 * Of jobs that were known when the list was asked for and do not stand in it, the gateway knows no more.
 * @param {State} state
 * @param {readonly Job[]} asked known when it was asked
 * @param {readonly Job[]} jobs
 */
export function setAllJobs(state, asked, jobs) {
  const gone = (/** @type {Job} */ { id }) => asked.some((job) => job.id === id) && !jobs.some((job) => job.id === id);
  state.jobs = state.jobs.filter((job) => !gone(job));
  setJobs(state, jobs);
}

/**
 * @param {State} state
 * @param {Readonly<Record<string, readonly SignalSample[]>>} signal
 */
export function setSignal(state, signal) {
  state.signal = signal;
}

/**
 * @param {State} state
 * @param {readonly MessageRow[] | undefined} dead
 */
export function setDead(state, dead) {
  state.dead = dead;
}

/**
 * A list was read, or could not be: then why.
 * @param {State} state
 * @param {string} list
 * @param {string | undefined} why
 */
export function setUnread(state, list, why) {
  const { [list]: _, ...others } = state.unread;
  state.unread = why === undefined ? others : { ...others, [list]: why };
  if (why === undefined) state.read = new Set([...state.read, list]);
}
