/** JSON Schema as a value. */
export type Schema = Readonly<Record<string, unknown>>;

const TIME = { type: "string", format: "date-time" } as const;
const LEVEL = { enum: ["info", "warning", "critical"] } as const;
const TEXTS = { type: "array", items: { type: "string" } } as const;

/** What the API answers beyond what commands print, by name under `components.schemas`. */
export const API_SCHEMAS: Readonly<Record<string, Schema>> = {
  Problem: object("A refusal, as RFC 9457 says it.", ["type", "title", "status", "code"], {
    type: { type: "string", description: "`urn:modemkeeper:problem:` and the code." },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What, why and what to do, in this case." },
    code: { type: "string", description: "For programs." },
    job: { type: "string", description: "Of `already-running`: the address of the job that runs." },
  }),
  Health: object("The agent lives.", ["status"], { status: { const: "ok" } }),
  Ready: object("Why it is ready.", ["ready", "reason"], { ready: { const: true }, reason: { type: "string" } }),
  Document: { type: "object", description: "OpenAPI 3.1.", required: ["openapi", "info", "paths"] },
  Entry: object("One line of the timeline.", ["time", "subject", "code", "level", "phase", "sentence"], {
    time: TIME,
    subject: { type: "string", description: "`smsd`, `host`, or `modem:` and its name." },
    code: { type: "string" },
    level: LEVEL,
    phase: { enum: ["begun", "over", "done"] },
    sentence: { type: "string" },
    evidence: TEXTS,
  }),
  Timeline: object("What happened, oldest first.", ["entries"], {
    entries: { type: "array", items: { $ref: "#/components/schemas/Entry" } },
  }),
  Signal: {
    type: "object",
    description: "By modem, oldest first.",
    additionalProperties: {
      type: "array",
      items: object("", ["at"], {
        at: TIME,
        dbm: { type: "number", description: "Absent where the modem did not know." },
      }),
    },
  },
  Job: object("Something that was asked for and takes its time.", ["id", "kind", "state", "by", "begun", "lines"], {
    id: { type: "string" },
    kind: { enum: ["modem-reset", "smsd-stop", "smsd-start", "smsd-restart", "message-retry"] },
    subject: { type: "string", description: "The modem or message it is about." },
    state: { enum: ["running", "succeeded", "failed"] },
    by: { type: "string", description: "Who asked: `socket`, or an address." },
    begun: TIME,
    ended: TIME,
    lines: { ...TEXTS, maxItems: 100, description: "What it said, oldest first." },
    exitCode: { type: "integer", description: "Of the command; absent while it runs." },
  }),
  JobAnswer: object("The job that has begun.", ["job"], { job: { $ref: "#/components/schemas/Job" } }),
  Jobs: object("The youngest first.", ["jobs"], {
    jobs: { type: "array", maxItems: 104, items: { $ref: "#/components/schemas/Job" } },
  }),
};

function object(description: string, required: readonly string[], properties: Schema): Schema {
  return {
    type: "object",
    ...(description === "" ? {} : { description }),
    additionalProperties: false,
    required,
    properties,
  };
}
