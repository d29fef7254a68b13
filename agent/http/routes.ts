import type { Answer, Route } from "./route.ts";
import type { ObjectSchema, ValueSchema } from "./schema.ts";

/*
 * What can be asked of the API, as data: the router, who may, the checks of parameters and bodies, and the OpenAPI document
 * are made from this one table.
 */

const JSON_TYPE = "application/json";

const MODEM: ValueSchema = {
  type: "string",
  description: "The modem's name in the inventory.",
  pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$",
  maxLength: 64,
};

const DURATION = {
  type: "string",
  pattern: "^[0-9]{1,9}[smhd]$",
  examples: ["30m", "2h"],
} as const;

const JOB: Answer = {
  status: 202,
  description: "It has begun. `Location` is the job's address.",
  type: JSON_TYPE,
  schema: "JobAnswer",
};

function body(properties: ObjectSchema["properties"], required: readonly string[] = []): ObjectSchema {
  return { type: "object", additionalProperties: false, properties, ...(required.length > 0 ? { required } : {}) };
}

export const ROUTES = {
  page: {
    method: "GET",
    path: "/",
    may: "anyone",
    summary: "The status page. It holds no data: it asks for them here.",
    answer: { status: 200, description: "The page.", type: "text/html; charset=utf-8" },
  },
  health: {
    method: "GET",
    path: "/healthz",
    may: "anyone",
    summary: "Whether the agent lives.",
    answer: { status: 200, description: "It does.", type: JSON_TYPE, schema: "Health" },
  },
  ready: {
    method: "GET",
    path: "/readyz",
    may: "read",
    summary: "Whether the agent has looked, and smsd runs or was stopped on purpose.",
    answer: { status: 200, description: "So it is.", type: JSON_TYPE, schema: "Ready" },
    problems: ["not-yet"],
  },
  metrics: {
    method: "GET",
    path: "/metrics",
    may: "read",
    summary: "Metrics for Prometheus.",
    answer: { status: 200, description: "Text format 0.0.4.", type: "text/plain; version=0.0.4; charset=utf-8" },
    problems: ["not-yet"],
  },
  openapi: {
    method: "GET",
    path: "/openapi.json",
    may: "read",
    summary: "This document.",
    answer: { status: 200, description: "OpenAPI 3.1.", type: JSON_TYPE, schema: "Document" },
  },
  status: {
    method: "GET",
    path: "/monitor/status",
    may: "read",
    summary: "How the gateway stands: what `modemkeeper status --json` prints.",
    answer: { status: 200, description: "At most a second old.", type: JSON_TYPE, schema: "status-1" },
    problems: ["not-yet"],
  },
  timeline: {
    method: "GET",
    path: "/monitor/timeline",
    may: "read",
    costly: true,
    summary: "What happened, oldest first.",
    query: {
      since: { ...DURATION, description: "How far to look back; a day if not given." },
      limit: { type: "integer", description: "How many, the newest.", minimum: 1, maximum: 1000, default: 200 },
    },
    answer: { status: 200, description: "The agent's own timeline.", type: JSON_TYPE, schema: "Timeline" },
  },
  signal: {
    method: "GET",
    path: "/monitor/signal",
    may: "read",
    summary: "Signal strength over time, by modem, oldest first.",
    answer: { status: 200, description: "What the agent remembers.", type: JSON_TYPE, schema: "Signal" },
  },
  messages: {
    method: "GET",
    path: "/monitor/messages",
    may: "read",
    costly: true,
    summary:
      "Received messages and how they stand, newest first, without texts: what `modemkeeper sms list --json` prints.",
    query: {
      state: {
        type: "string",
        description: "Those that not every receiver has yet, those that were given up, those that were delivered.",
        enum: ["waiting", "dead", "done"],
      },
      limit: { type: "integer", description: "How many.", minimum: 1, maximum: 200, default: 50 },
    },
    answer: {
      status: 200,
      description: "Without texts; most of each sender is left out.",
      type: JSON_TYPE,
      schema: "messages-1",
    },
  },
  events: {
    method: "GET",
    path: "/monitor/events",
    may: "read",
    summary:
      "What happens, as it happens: Server-Sent Events `status` (what /monitor/status answers), `entry` (a line of the timeline), `job`.",
    answer: { status: 200, description: "Goes on until one side ends it.", type: "text/event-stream; charset=utf-8" },
    problems: ["not-yet"],
  },
  jobs: {
    method: "GET",
    path: "/monitor/jobs",
    may: "read",
    summary: "The last hundred jobs since the agent started, newest first.",
    answer: {
      status: 200,
      description: "What was asked for, by whom, and how it went.",
      type: JSON_TYPE,
      schema: "Jobs",
    },
  },
  job: {
    method: "GET",
    path: "/monitor/jobs/{id}",
    may: "read",
    summary: "How a job stands.",
    params: { id: { type: "string", description: "The job's id.", pattern: "^[0-9a-f-]{1,64}$" } },
    answer: { status: 200, description: "The job.", type: JSON_TYPE, schema: "Job" },
    problems: ["no-such-job"],
  },
  reset: {
    method: "POST",
    path: "/monitor/modem_reset",
    may: "change",
    summary: "Restarts a modem with smsd out of its way: `modemkeeper modem reset`.",
    body: body({
      modem: { ...MODEM, description: "The modem's name in the inventory; not needed where there is only one." },
      rung: {
        type: "string",
        description:
          "How; the modem's own command, then a USB reset if not given. usb-power and host-reboot only where the inventory names them.",
        enum: ["at-reset", "usb-reset", "usb-authorize", "usb-power", "host-reboot"],
      },
    }),
    answer: JOB,
    problems: ["no-such-modem", "rung-not-allowed", "already-running"],
  },
  stop: {
    method: "POST",
    path: "/monitor/smsd/stop",
    may: "change",
    summary: "Stops smsd on purpose, for a while: `modemkeeper smsd stop`.",
    body: body({
      for: { ...DURATION, description: "How long; manual_stop.clear_after of the inventory if not given." },
      reason: { type: "string", description: "Why, for whoever finds it stopped. One line.", maxLength: 500 },
    }),
    answer: JOB,
    problems: ["already-running"],
  },
  start: {
    method: "POST",
    path: "/monitor/smsd/start",
    may: "change",
    summary: "Starts smsd, whoever stopped it: `modemkeeper smsd start`.",
    body: body({}),
    answer: JOB,
    problems: ["already-running"],
  },
  restart: {
    method: "POST",
    path: "/monitor/smsd/restart",
    may: "change",
    summary: "Stops smsd and starts it again: `modemkeeper smsd restart`.",
    body: body({}),
    answer: JOB,
    problems: ["already-running"],
  },
  retry: {
    method: "POST",
    path: "/monitor/messages/{id}/retry",
    may: "change",
    summary: "Delivers a dead letter once more: `modemkeeper sms retry`.",
    params: { id: { type: "string", description: "The message's id.", pattern: "^[0-9a-f]{32}$" } },
    body: body({}),
    answer: JOB,
    problems: ["no-such-message", "already-running"],
  },
  at: {
    method: "POST",
    path: "/monitor/modem/{name}/at",
    may: "change",
    summary: "Asks a modem something: `modemkeeper modem at`. Only what http.at_commands of the inventory lists.",
    params: { name: MODEM },
    body: body(
      {
        command: {
          type: "string",
          description: "An AT command, exactly as the inventory lists it.",
          maxLength: 130,
          examples: ["AT+CSQ"],
        },
      },
      ["command"],
    ),
    answer: { status: 200, description: "What the modem answered.", type: JSON_TYPE, schema: "at-1" },
    problems: ["no-such-modem", "command-not-allowed", "already-running", "modem-unreachable"],
  },
} as const satisfies Readonly<Record<string, Route>>;

export type OperationId = keyof typeof ROUTES;
