import type { RawName, SpoolFiles } from "../../core/delivery-ports.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { isMessageName } from "../../core/sms/message-name.ts";
import { INCOMING_STATE } from "../paths.ts";
import type { Opened } from "./archive.ts";
import { forRetry, stateToText } from "./message-state.ts";
import { stateName, whyName } from "./names.ts";

/**
 * Gives a dead letter back to smsd's folder, where the agent, now or later, takes it up: the sinks that have it do not get
 * it again. First the state, then the message, then away with the reason: cut off anywhere, it is still there.
 * @throws ModemkeeperError io
 */
export async function retryLetter(spoolFiles: SpoolFiles, { smsd }: Inventory, opened: Opened): Promise<void> {
  const { message, letter, place } = opened;
  const folder = letter?.folder === smsd.spool.report ? smsd.spool.report : smsd.spool.incoming;
  if (message) {
    await spoolFiles.makeFolder(INCOMING_STATE);
    const state = forRetry(message.id, letter?.sinks ?? {});
    await spoolFiles.write({ folder: INCOMING_STATE, name: stateName(message.id) }, stateToText(state));
  }
  const to = { folder, name: freeName(spoolFiles, folder, letter?.name, opened.id) };
  await spoolFiles.move(place, to);
  await spoolFiles.durable(to.folder);
  await spoolFiles.durable(place.folder);
  await spoolFiles.remove({ folder: place.folder, name: whyName(place.name) });
}

/** Its old name, which tells of the modem, unless another message has it now. */
function freeName(spoolFiles: SpoolFiles, folder: string, old: RawName | undefined, id: string): RawName {
  const usable = old !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(old) && isMessageName(old);
  return usable && !spoolFiles.look({ folder, name: old }) ? old : `retry.${id}`;
}
