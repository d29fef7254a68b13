import { read } from "./api.js";
import { LiveStream } from "./connection.js";
import { dialogView } from "./dialog.js";
import { flat, h, patch } from "./dom.js";
import { findingsView } from "./findings.js";
import { gatewayView } from "./gateway.js";
import { favicon, LEVEL_SIGN } from "./icons.js";
import { jobsView } from "./jobs.js";
import { deadLettersView, queuesView, receiversView } from "./messages.js";
import { modemsView } from "./modems.js";
import { smsdView } from "./smsd.js";
import { Steering } from "./steering.js";
import {
  addEntries,
  emptyState,
  isStale,
  setAllJobs,
  setConnection,
  setDead,
  setJobs,
  setSignal,
  setStatus,
  setUnread,
} from "./store.js";
import { timelineView } from "./timeline.js";
import { topView, verdictView } from "./top.js";
import { shownVerdict } from "./verdict.js";

/** @import { Action, Connection, Entered, GatewayStatus, Job, MessageRow, SignalSample, TimelineEntry } from "./types.ts" */

/** Without news for so long the page asks by itself whether the agent still looks. */
const QUIET_MS = 40_000;
const SIGNAL_EVERY_MS = 60_000;
const TICK_MS = 1_000;

const state = emptyState();
const stream = new LiveStream({ told, changed });
const steering = new Steering(state, { show, connect: () => stream.start() });
const top = {
  hurry: () => stream.hurry(),
  forget: () => steering.forget(),
  askForToken: () => steering.askForToken(),
};
const answers = {
  confirm: (/** @type {Entered} */ entered) => steering.confirm(entered),
  token: (/** @type {string} */ token) => steering.tokenGiven(token),
  close: () => steering.close(),
};
let asking = false;
let closedByUs = false;
let signalReadAt = 0;
let shownLevel = "";
let scheduled = false;

/**
 * @param {string} event
 * @param {unknown} value
 */
function told(event, value) {
  if (event === "status") statusCame(/** @type {GatewayStatus} */ (value));
  if (event === "entry") addEntries(state, [/** @type {TimelineEntry} */ (value)]);
  if (event === "job") jobCame(/** @type {Job} */ (value));
  show();
}

/** @param {GatewayStatus} status */
function statusCame(status) {
  const before = state.status?.deliveries?.incoming?.deadLetters;
  setStatus(state, status);
  if (before !== undefined && before !== status.deliveries?.incoming?.deadLetters) void readDead();
}

/** @param {Job} job */
function jobCame(job) {
  setJobs(state, [job]);
  if (job.kind === "message-retry" && job.state !== "running") void readDead();
}

/** @param {Connection} connection */
function changed(connection) {
  const before = state.connection.state;
  setConnection(state, connection);
  if (connection.state === "live" && before !== "live") readAll();
  if (connection.state === "locked" && connection.byToken && before !== "locked") {
    steering.tokenRefused(connection.why);
  }
  show();
}

/** What the stream does not bring: what was before it began. */
function readAll() {
  void readDead();
  void readSignal();
  void readList("timeline", "monitor/timeline?since=24h&limit=200", (value) => {
    addEntries(state, /** @type {{ entries: TimelineEntry[] }} */ (value).entries);
  });
  const known = state.jobs;
  void readList("jobs", "monitor/jobs", (value) => {
    setAllJobs(state, known, /** @type {{ jobs: Job[] }} */ (value).jobs);
  });
}

function readDead() {
  return readList("dead", "monitor/messages?state=dead&limit=50", (value) => {
    setDead(state, /** @type {{ messages: MessageRow[] }} */ (value).messages);
  });
}

function readSignal() {
  signalReadAt = Date.now();
  return readList("signal", "monitor/signal", (value) => {
    setSignal(state, /** @type {Record<string, SignalSample[]>} */ (value));
  });
}

/**
 * @param {string} list
 * @param {string} path
 * @param {(value: unknown) => void} use
 */
async function readList(list, path, use) {
  const answer = await read(path);
  setUnread(state, list, answer.ok ? undefined : answer.why);
  if (answer.ok) use(answer.value);
  show();
}

/** A connection that lives proves only that the agent's process does: its status tells when it last looked. */
async function askWhetherItLooks() {
  if (asking) return;
  asking = true;
  const answer = await read("monitor/status");
  asking = false;
  if (answer.ok && state.connection.state === "live") setStatus(state, /** @type {GatewayStatus} */ (answer.value));
}

function tick() {
  const { connection, receivedAt } = state;
  if (connection.state === "live") {
    if (Date.now() - receivedAt > QUIET_MS) void askWhetherItLooks();
    if (Date.now() - signalReadAt > SIGNAL_EVERY_MS) void readSignal();
  }
  show();
}

/** Not with the next frame: a tab in the background has none, and its title must tell the truth. */
function show() {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    draw();
  }, 0);
}

function draw() {
  const focused = document.activeElement;
  const open = (/** @type {Action} */ action) => steering.open(action);
  drawPart("top", () => topView(state, top));
  drawPart("verdict", () => [verdictView(state)]);
  drawPart("trouble", () => [findingsView(state)]);
  drawPart("smsd", () => [smsdView(state, open)]);
  drawPart("modems", () => [modemsView(state, open)]);
  drawPart("service", () => [
    deadLettersView(state, open),
    queuesView(state),
    receiversView(state),
    gatewayView(state),
    jobsView(state),
  ]);
  drawPart("history", () => [timelineView(state, choose)]);
  drawTab();
  drawDialog();
  if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) focused.focus();
}

/**
 * What cannot be shown says so: an old state that stays would be a lie.
 * @param {string} id
 * @param {() => import("./dom.js").Child[]} view
 */
function drawPart(id, view) {
  try {
    patch(part(id), flat(view()));
  } catch (error) {
    reportError(error);
    part(id).replaceChildren();
    patch(part(id), [h("p", { class: "card problem" }, `The page cannot show this part: ${error}`)]);
  }
}

/** @param {import("./types.ts").Filter} filter */
function choose(filter) {
  state.filter = filter;
  show();
}

/** The tab's title and icon follow the verdict. */
function drawTab() {
  const { level, word } = shownVerdict(state);
  const title = `${LEVEL_SIGN[level]} ${word} · ${location.host}`;
  if (document.title !== title) document.title = title;
  document.body.classList.toggle("stale", isStale(state));
  if (shownLevel === level) return;
  shownLevel = level;
  const icon = document.querySelector("link[rel=icon]");
  if (icon instanceof HTMLLinkElement) icon.href = favicon(level);
}

function drawDialog() {
  const element = /** @type {HTMLDialogElement} */ (part("dialog"));
  const { dialog } = state;
  if (!dialog) {
    if (!element.open) return;
    closedByUs = true;
    element.close();
    return;
  }
  const before = element.dataset.step;
  patch(element, [dialogView(state, dialog, answers)]);
  element.dataset.step = dialog.step;
  if (!element.open) element.showModal();
  else if (before === dialog.step) return;
  const first = element.querySelector("[data-focus]");
  if (first instanceof HTMLElement) first.focus();
}

/** @param {string} id */
function part(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  return element;
}

// Esc, and a closing that the browser does by itself. Of our own it tells later, when another question may stand there.
part("dialog").addEventListener("close", () => {
  if (!closedByUs) steering.close();
  closedByUs = false;
});
addEventListener("online", () => stream.hurry());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) stream.hurry();
});
setInterval(tick, TICK_MS);
stream.start();
show();
