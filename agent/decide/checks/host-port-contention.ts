import type { Holder } from "../../../core/agent-ports.ts";
import { timeText } from "../../../core/manual-stop.ts";
import type { Modem } from "../../../core/model/inventory.ts";
import type { Role } from "../../../core/model/modem-model.ts";
import { linkPath, rolesOf } from "../../../provision/desired/links.ts";
import { interfaceFor } from "../../../provision/models/match.ts";
import { type Binding, bindModems } from "../../../provision/plan/bind-modems.ts";
import { type Finding, modemSubject } from "../../model/finding.ts";
import type { Observation } from "../../model/observation.ts";

/**
 * Another program has a port open on which smsd or the agent talks. Two readers of one port steal each other's answers,
 * and smsd takes a foreign OK for its own. Ports of other roles (GPS, audio, diagnosis) are for others to use.
 */
export function checkPortContention(
  modems: readonly Modem[],
  seen: Pick<Observation, "attached" | "holders" | "lockHolder" | "rivals">,
): readonly Finding[] {
  if (Object.keys(seen.holders).length === 0) return [];
  return bindModems(modems, seen.attached).bound.flatMap((binding) => contentionOf(binding, seen) ?? []);
}

function contentionOf(
  { modem, attached, composition }: Binding,
  { holders, lockHolder, rivals }: Pick<Observation, "holders" | "lockHolder" | "rivals">,
): Finding | undefined {
  const roles = rolesOf(modem, composition);
  const found = talkingRoles(modem).flatMap((role) => {
    const selector = roles.get(role);
    const tty = selector && interfaceFor(attached, selector)?.tty;
    // Whoever holds the access lock has asked for his turn.
    const foreign = (tty === undefined ? [] : (holders[tty] ?? [])).filter(({ pid }) => pid !== lockHolder?.pid);
    return foreign.map((holder) => ({ port: `${linkPath(modem.name, role)} (${tty})`, holder }));
  });
  if (found.length === 0) return undefined;
  const names = [...new Set(found.map(({ holder }) => holder.process))];
  return {
    code: "port-contention",
    subject: modemSubject(modem.name),
    level: "warning",
    sentence: `${names.join(" and ")} has a port of ${modem.name} open beside smsd: each takes answers that are meant for the other.`,
    evidence: found.map(({ port, holder }) => `${port}: ${holderText(holder)}`),
    fix: fixFor(names.find((name) => rivals.includes(name))),
    notify: true,
  };
}

function talkingRoles({ model }: Modem): readonly Role[] {
  const { second } = model.at;
  return second === undefined ? ["AT"] : ["AT", second];
}

function fixFor(rival: string | undefined): string {
  if (rival !== undefined) return `Run \`systemctl disable --now ${rival}\`.`;
  return "Run such programs as `modemkeeper lock -- COMMAND`, or ask with `modemkeeper modem at NAME COMMAND`.";
}

/** Who it is, for people: process, pid, user, since when. */
export function holderText({ process, pid, user, since }: Holder): string {
  return `${process} (process ${pid} of ${user}, running since ${timeText(since)})`;
}
