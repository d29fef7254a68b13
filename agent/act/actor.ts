import type { AgentHost } from "../../core/agent-ports.ts";
import type { StopFlag } from "../../core/manual-stop.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { AtTalk } from "../at/talk.ts";
import type { Engine } from "../engine/engine.ts";
import type { Subject } from "../model/finding.ts";
import type { ActorLock } from "./actor-lock.ts";

/** What steps are carried out with. */
export interface Actor {
  readonly host: AgentHost;
  readonly lock: ActorLock;
  readonly engine: Engine;
  /** Aborted when the agent ends: what waits gives up. */
  readonly signal: AbortSignal;
  /** The inventory in force. */
  inventory(): Inventory;
  /** The manual stop flag as the last observation showed it. */
  flag(): StopFlag | undefined;
  /** A session of ours that has this terminal (`ttyUSB3`) open already: two readers of one terminal steal each other's bytes. */
  session(tty: string): AtTalk | undefined;
  /** What a long step does meanwhile, for the timeline. */
  progress(subject: Subject, sentence: string): void;
}
