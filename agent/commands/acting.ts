import type { AgentHost } from "../../core/agent-ports.ts";
import { APPLY_LOCK, withApplyLock } from "../../provision/apply/lock.ts";
import { requireRoot } from "../../provision/apply/require-root.ts";
import { describeHolder } from "../at/access.ts";
import type { Subject } from "../model/finding.ts";
import { recordTransitions } from "../timeline/record.ts";
import type { AgentContext } from "./context.ts";

/** A step of the agent takes seconds, a stop of smsd that finishes a message a minute. */
const PATIENCE_MS = 120_000;

/**
 * Does `work` while nobody else acts on this host: the agent begins nothing until it is done.
 * @throws ModemkeeperError precondition-missing without root, lock-held naming the holder after two minutes
 */
export async function acting<T>(context: AgentContext, work: () => Promise<T>): Promise<T> {
  const { host } = context;
  requireRoot(host);
  return withApplyLock(host, work, {
    wait: PATIENCE_MS,
    tell: (sentence) => say(context, sentence),
    holder: async () => {
      const holder = await host.proc.lockHolder(APPLY_LOCK);
      return holder && describeHolder(holder);
    },
  });
}

/** What goes on meanwhile: not the command's result. */
export function say({ terminal }: AgentContext, sentence: string): void {
  terminal.err(`${sentence}\n`);
}

/** Puts into the timeline that a person did something: whoever looks for the cause of an outage looks there. */
export async function note(host: AgentHost, subject: Subject, code: string, sentence: string): Promise<void> {
  await recordTransitions(host, [{ subject, code, level: "info", phase: "done", notify: false, sentence }], []);
}

/** Who wants this: whom the agent acts for, else who runs this, behind sudo. */
export function caller({ by }: Pick<AgentContext, "by">): string {
  if (by !== undefined) return /^[A-Za-z0-9 ().:[\]%-]{1,100}$/.test(by) ? by : "somebody";
  const name = process.env.SUDO_USER ?? process.env.USER ?? "root";
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/.test(name) ? name : "somebody";
}
