import { ModemkeeperError } from "../../core/errors.ts";
import type { MovedPin } from "../init/decide-modem.ts";
import { SECRETS_FOLDER } from "../inventory/secrets.ts";
import type { CommandContext } from "./context.ts";

const ROOT = { owner: "root", group: "root" } as const;

/**
 * Puts each PIN into its own file on the target; without the right to do so, says how a person does it.
 * @throws ModemkeeperError precondition-missing if another PIN is there already and `force` is not given
 */
export async function movePins(context: CommandContext, pins: readonly MovedPin[], force: boolean): Promise<void> {
  const { host, terminal } = context;
  if (pins.length === 0) return;
  if (host.uid !== 0) return pinInstructions(context, pins);
  const missing = [];
  for (const pin of pins) {
    const entry = await host.files.read(pin.path);
    const same = entry?.kind === "file" && entry.content.trim() === pin.value;
    if (entry && !same && !force) throw otherPin(pin);
    if (!same) missing.push(pin);
  }
  if ((await host.files.read(SECRETS_FOLDER)) === undefined) {
    await host.files.makeDirectory("/etc/modemkeeper", { mode: 0o755, ...ROOT });
    await host.files.makeDirectory(SECRETS_FOLDER, { mode: 0o700, ...ROOT });
  }
  for (const { path, value, modem } of missing) {
    await host.files.write(path, { content: `${value}\n`, mode: 0o600, ...ROOT });
    terminal.err(`note: the PIN of ${modem} is now in ${path}.\n`);
  }
}

/** Tells how to put the PINs where the inventory expects them, without repeating them. */
export function pinInstructions({ terminal }: CommandContext, pins: readonly MovedPin[]): void {
  for (const { modem, path } of pins) {
    const how = `sudo install -D -m 600 /dev/stdin ${path}`;
    terminal.err(`note: put the PIN of ${modem} into ${path}: run \`${how}\`, type it, press Enter and Ctrl-D.\n`);
  }
}

function otherPin({ modem, path }: MovedPin): ModemkeeperError {
  return new ModemkeeperError("precondition-missing", `${path} holds another PIN than smsd.conf has for ${modem}`, {
    why: "a wrong PIN spends one of the SIM's three tries",
    fix: "see which is right; --force replaces the file by the PIN of smsd.conf",
  });
}
