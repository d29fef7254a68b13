import type { Place, RawName, SpoolFiles } from "../../core/delivery-ports.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { IncomingMessage } from "../../core/model/message.ts";
import { isMessageName } from "../../core/sms/message-name.ts";
import { parentOf } from "../../provision/desired/paths.ts";
import { INCOMING_STATE } from "../paths.ts";
import { type DeadLetter, deadLetterFromText, type MessageState, stateFromText } from "./message-state.ts";
import { readName, stateName, whyName } from "./names.ts";
import { messageReader, type Reading } from "./reading.ts";

/** Where a message stands: still to be delivered, put away, kept because it could not be delivered, or come again. */
export type Standing = "waiting" | "done" | "dead" | "duplicate";

/** A message's file, without its content. */
export interface Filed {
  readonly place: Place;
  readonly standing: Standing;
  /** Milliseconds since 1970: when it was put away, or while it waits, when smsd wrote it. */
  readonly at: number;
  /** Absent while it waits: it is in the content. */
  readonly id?: string;
}

/** The same with what it holds. */
export interface Opened extends Filed {
  readonly id: string;
  /** Absent for what is no message. */
  readonly message?: IncomingMessage;
  /** What is known of its delivery. */
  readonly sinks: MessageState["sinks"];
  /** Of a dead letter: why, one sentence. */
  readonly reason?: string;
  /** Of a dead letter: what stands beside it. */
  readonly letter?: DeadLetter;
}

/** Kept in memory of a folder of many more, while the newest are looked for. */
const SPARE = 4_096;
const MAX_OCTETS = 262_144;

/** Reads what lies in smsd's folders and in ours, beside an agent that works on them. */
export class Archive {
  readonly #spoolFiles: SpoolFiles;
  readonly #inventory: Inventory;
  readonly #read: (place: Place) => Reading;

  constructor(spoolFiles: SpoolFiles, inventory: Inventory) {
    this.#spoolFiles = spoolFiles;
    this.#inventory = inventory;
    const read = messageReader(
      spoolFiles,
      inventory.modems.map(({ name }) => name),
    );
    this.#read = (place) => read(place, true);
  }

  /** The newest `limit` of those that stand so, newest first. @throws ModemkeeperError io if a folder cannot be read */
  async newest(standings: readonly Standing[], limit: number): Promise<readonly Filed[]> {
    const newest: Filed[] = [];
    for await (const filed of this.all(standings)) {
      newest.push(filed);
      if (newest.length > limit + SPARE) newest.sort(newestFirst).splice(limit);
    }
    return newest.sort(newestFirst).slice(0, limit);
  }

  /** All that stand so, in no order. @throws ModemkeeperError io if a folder cannot be read */
  async *all(standings: readonly Standing[]): AsyncIterable<Filed> {
    const { smsd, incoming } = this.#inventory;
    if (standings.includes("waiting")) {
      for (const folder of new Set([smsd.spool.incoming, smsd.spool.report])) yield* this.#waiting(folder);
    }
    if (standings.includes("dead")) yield* this.#putAway(incoming.deadLetter, "dead");
    if (standings.includes("done") || standings.includes("duplicate")) {
      for await (const filed of this.#putAway(incoming.processed, "done")) {
        if (standings.includes(filed.standing)) yield filed;
      }
    }
  }

  /** Reads its content. Undefined if it is no longer there. */
  open(filed: Filed): Opened | undefined {
    const reading = this.#read(filed.place);
    if (reading.kind === "gone" || reading.kind === "folder") return undefined;
    const letter = filed.standing === "dead" ? this.#letter(filed.place) : undefined;
    const found = "message" in reading ? { message: reading.message } : {};
    const id = filed.id ?? ("message" in reading ? reading.message.id : "id" in reading ? reading.id : "");
    return {
      ...filed,
      id,
      ...found,
      sinks: letter?.sinks ?? (filed.standing === "waiting" ? this.#state(id)?.sinks : undefined) ?? {},
      ...(letter ? { letter, reason: letter.reason } : {}),
    };
  }

  async *#waiting(folder: string): AsyncIterable<Filed> {
    for await (const name of this.#names(folder)) {
      if (!isMessageName(name)) continue;
      const place = { folder, name };
      const look = this.#spoolFiles.look(place);
      if (!look || look.kind === "folder") continue;
      yield { place, standing: "waiting", at: Number(look.modifiedAt / 1_000_000n) };
    }
  }

  async *#putAway(folder: string, standing: "done" | "dead"): AsyncIterable<Filed> {
    for await (const name of this.#names(folder)) {
      const known = readName(name);
      if (!known) continue;
      const { id, at, duplicate } = known;
      yield { place: { folder, name }, standing: duplicate ? "duplicate" : standing, at, id };
    }
  }

  /** A folder that was never needed is empty. */
  async *#names(folder: string): AsyncIterable<RawName> {
    const parent = parentOf(folder);
    if (!this.#spoolFiles.look({ folder: parent, name: folder.slice(parent.length + 1) })) return;
    for await (const names of this.#spoolFiles.names(folder)) yield* names;
  }

  #letter({ folder, name }: Place): DeadLetter | undefined {
    const content = this.#text({ folder, name: whyName(name) });
    return content === undefined ? undefined : deadLetterFromText(content);
  }

  #state(id: string): MessageState | undefined {
    const content = this.#text({ folder: INCOMING_STATE, name: stateName(id) });
    return content === undefined ? undefined : stateFromText(content, id);
  }

  #text(place: Place): string | undefined {
    const file = this.#spoolFiles.read(place, MAX_OCTETS);
    return file?.kind === "file" ? Buffer.from(file.content).toString("utf8") : undefined;
  }
}

function newestFirst(a: Filed, b: Filed): number {
  return b.at - a.at || (a.place.name < b.place.name ? 1 : -1);
}
