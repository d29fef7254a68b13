import { encodeDeliver } from "../../sim/pdu/messages.ts";
import { contentOf } from "../../sim/pdu/user-data.ts";
import type { Simulator } from "../../sim/simulator.ts";
import type { Draws, Random } from "../../simulation/random.ts";

/** One message that will be sent. */
export interface Planned {
  readonly from: string;
  /** From 0 within its sender. */
  readonly sequence: number;
  readonly text: string;
  readonly modem: string;
  /** As they stand in the modem's memory: what the message is known by, whatever anybody makes of it. */
  readonly pdus: readonly string[];
}

const SERVICE_CENTRE = "+491710760000";
/** How often the modems' memories are looked at, milliseconds. */
const LOOK_EVERY = 10;

/** What an alphanumeric sender may be, with characters that smsd writes as control characters. */
const NAMES = ["Bank_01", "A@lert", "$hop", "Mein Arzt", "_", "Ärzte", "DHL Paket", "0800-HELP"];
const EMOJI = ["😀", "🚑", "👩‍👩‍👧", "日本", "Привет"];

/**
 * `count` messages of `senders` senders in rounds, each sender once a round in an order of its own; every sender has one
 * modem. Each text carries the sender's place and its sequence number.
 */
export function planTraffic(count: number, senders: number, modems: readonly string[], draws: Draws): Planned[] {
  const order = draws.of("order");
  const text = draws.of("text");
  const planned: Planned[] = [];
  const references = new Map<string, number>();
  for (let sequence = 0; planned.length < count; sequence++) {
    const round = shuffled(
      Array.from({ length: senders }, (_, sender) => sender),
      order,
    );
    for (const sender of round.slice(0, count - planned.length)) {
      const modem = modems[sender % modems.length] ?? "";
      const reference = ((references.get(modem) ?? 0) + 1) % 256;
      references.set(modem, reference);
      planned.push(message(sender, sequence, modem, reference, text));
    }
  }
  return planned;
}

function message(sender: number, sequence: number, modem: string, reference: number, random: Random): Planned {
  const from = senderOf(sender);
  const text = `${sender}/${sequence} ${filler(random)}`;
  const sentAt = new Date();
  const pdus = encodeDeliver({ from, content: contentOf(text), sentAt, serviceCentre: SERVICE_CENTRE, reference });
  return { from, sequence, text, modem, pdus };
}

/** The first ones have names, the next ones short numbers, the others ordinary numbers. */
function senderOf(sender: number): string {
  const name = NAMES[sender];
  if (name !== undefined) return name;
  return sender < NAMES.length + 4 ? `7${1000 + sender}` : `+49171${1_000_000 + sender}`;
}

/** Mostly one short part; one in eight takes several, one in six needs UCS-2. */
function filler(random: Random): string {
  const words = random.chance(0.12) ? random.whole(20, 50) : random.whole(0, 5);
  const plain = Array.from({ length: words }, () => random.pick(["Grüße", "{5 €}", "open", "No. 7", "ok"]));
  return (random.chance(0.16) ? [random.pick(EMOJI), ...plain, random.pick(EMOJI)] : plain).join(" ");
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const keys = values.map((value) => ({ value, key: random.next() }));
  return keys.sort((a, b) => a.key - b.key).map(({ value }) => value);
}

/**
 * Puts planned messages into the simulated modems. A modem gets the next round when its memory is empty: smsd reads slot
 * by slot, so what is put into a slot that has just become free would overtake what waits in a later one.
 */
export class Feed {
  readonly #sim: Simulator;
  readonly #waiting = new Map<string, Planned[]>();
  readonly #total: number;
  #allowed = 0;
  #fed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sim: Simulator, planned: readonly Planned[]) {
    this.#sim = sim;
    this.#total = planned.length;
    for (const one of planned) {
      const queue = this.#waiting.get(one.modem);
      if (queue) queue.push(one);
      else this.#waiting.set(one.modem, [one]);
    }
  }

  /** How many have reached their modem. */
  get fed(): number {
    return this.#fed;
  }

  /** All have been fed and read. */
  get done(): boolean {
    return this.#fed === this.#total && [...this.#waiting.keys()].every((modem) => this.#used(modem) === 0);
  }

  /** Only the first `count` messages may go out, as far as whole rounds allow. */
  allow(count: number): void {
    this.#allowed = count;
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (const modem of this.#waiting.keys()) this.#fill(modem);
    }, LOOK_EVERY);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #fill(modem: string): void {
    const queue = this.#waiting.get(modem) ?? [];
    const sequence = queue[0]?.sequence;
    if (this.#fed >= this.#allowed || this.#used(modem) > 0) return;
    while (queue[0] !== undefined && queue[0].sequence === sequence) {
      const { from, pdus } = queue[0];
      this.#sim.receive({ from, pdus }, modem);
      queue.shift();
      this.#fed++;
    }
  }

  #used(modem: string): number {
    return this.#sim.modem(modem).storage("ME").used;
  }
}
