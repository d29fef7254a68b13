import { type SupportBundleOptions, supportBundleCommand } from "../../../../agent/commands/support-bundle.ts";
import { STATE_FILE } from "../../../../agent/paths.ts";
import type { PackedFile } from "../../../../core/inspection-ports.ts";
import { type Ran, runAgent } from "../commands/command-desk.ts";
import { appliedGateway, type Given } from "../observe/agent-machine.ts";
import { agentState } from "./doctor-facts.ts";

export const ARCHIVE = "/root/bundle.tar.gz";
export const INVENTORY = `version: 1
# Call Joe when it breaks: 0170 1234567
modems:
  - name: SIM7600
    model: SIM7600
    sim: { pin: { file: sim7600.pin } }
incoming:
  sinks:
    - { type: webhook, name: crm, url: "https://crm.example/sms", secret: { file: crm.key } }
`;

/** A gateway whose agent has just looked: without one, `status` looks for itself. */
export async function watchedGateway(): Promise<Given> {
  const given = await appliedGateway();
  given.machine.given(STATE_FILE, JSON.stringify(agentState({ at: given.machine.now.toISOString() })));
  return given;
}

export async function bundle(given: Given, options: SupportBundleOptions = { to: ARCHIVE }): Promise<Ran> {
  return runAgent(given, supportBundleCommand, options);
}

/** The files of the archive that was written, without its folder. */
export function packed({ machine }: Given): readonly PackedFile[] {
  return (machine.inspection.archives.get(ARCHIVE) ?? []).map(({ name, content }) => ({
    name: name.slice(name.indexOf("/") + 1),
    content,
  }));
}

export function contentOf(given: Given, name: string): string {
  return packed(given).find((file) => file.name === name)?.content ?? "";
}
