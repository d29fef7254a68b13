import type { GatewayStatus } from "../../../status/types.ts";
import type { TimelineEntry } from "../../../timeline/event.ts";
import type { MessageRow } from "../../../views/messages.ts";
import type { Job } from "../../job.ts";
import type { SignalSample } from "../../live.ts";

export type { OngoingFinding } from "../../../model/finding.ts";
export type { ReceiverState } from "../../../state-delivery.ts";
export type { RecoveryState } from "../../../state-modem.ts";
export type { GatewayStatus, ModemStatus } from "../../../status/types.ts";
export type { TimelineEntry } from "../../../timeline/event.ts";
export type { MessageRow } from "../../../views/messages.ts";
export type { Job } from "../../job.ts";
export type { SignalSample } from "../../live.ts";

/** How the page and the gateway stand to each other. Times: milliseconds of this computer's clock. */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "lost"; readonly since: number; readonly why: string; readonly nextTry: number }
  /** Nothing is told without the right token. */
  | { readonly state: "locked"; readonly why: string; readonly byToken: boolean };

/** A level as the page shows it; `unknown` where nothing can be said. */
export type Shown = "ok" | "info" | "warning" | "critical" | "unknown";

export type Filter = "info" | "warning" | "critical";

/** Everything that the page shows. Views read it; `store.js` alone writes it. */
export interface State {
  connection: Connection;
  status: GatewayStatus | undefined;
  /** This computer's clock, milliseconds, when `status` came. */
  receivedAt: number;
  /** The gateway's clock minus this computer's, milliseconds. */
  offset: number;
  /** Oldest first. */
  timeline: readonly TimelineEntry[];
  /** Oldest first, by modem; a modem that is not in it has no history. */
  signal: Readonly<Record<string, readonly SignalSample[]>>;
  /** Absent until they were read. */
  dead: readonly MessageRow[] | undefined;
  /** Names of the lists that were read: of the others nothing may be said. */
  read: ReadonlySet<string>;
  /** Why one of the lists could not be read. */
  unread: Readonly<Record<string, string>>;
  /** Newest first. */
  jobs: readonly Job[];
  filter: Filter;
  /** Whether this tab knows a token. */
  token: boolean;
  dialog: Dialog | undefined;
}

/** What a person is about to do. */
export interface Action {
  readonly title: string;
  /** What will happen, a paragraph each. */
  readonly says: readonly string[];
  readonly fields: readonly Field[];
  /** Words on the button that does it. */
  readonly does: string;
  readonly danger: boolean;
  readonly path: string;
  /** The request's body, from what was entered. */
  body(entered: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly longest?: number;
  /** A choice; without it a line of text. */
  readonly options?: readonly Option[];
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly chosen?: boolean;
}

export type Entered = Readonly<Record<string, string>>;

/** `asking`: the gateway was asked and has not answered yet. */
export type Dialog =
  | ({ readonly step: "confirm"; readonly action: Action } & Form)
  /** `action` absent: the token is asked for reading. */
  | ({ readonly step: "token"; readonly action?: Action } & Form)
  | { readonly step: "job"; readonly title: string; readonly job: string };

export interface Form {
  readonly entered: Entered;
  readonly asking: boolean;
  readonly problem?: string;
}

/** An element to be; `patch` in dom.js makes the document so. */
export interface Node {
  readonly tag: string;
  readonly key: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly on: Readonly<Record<string, (event: Event) => void>>;
  readonly children: readonly (Node | string)[];
}
