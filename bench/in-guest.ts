import { Guest } from "../test/lab/guest.ts";
import { ensureSnapshot } from "../test/lab/snapshots.ts";
import type { JournalEntry } from "../test/sim/modem/journal.ts";

/** The modem of the saved gateway, in the simulator's words. */
export const MODEM = "SIM7600";
/** What smsd asks once a modem has answered everything before it: from then on it reads and sends. */
const TALKING = "AT+CPMS";
/** Interface that smsd uses. */
const AT_PORT = 2;

/** Gives `use` a gateway at work, in a virtual machine of its own. */
export async function withGateway<T>(use: (guest: Guest) => Promise<T>): Promise<T> {
  const guest = await Guest.start(await ensureSnapshot("gateway", (line) => process.stderr.write(`lab: ${line}\n`)));
  try {
    return await use(guest);
  } finally {
    await guest.end();
  }
}

/** Entries of the modem's journal, oldest first; their times compare with each other only. */
export async function journal(guest: Guest): Promise<readonly JournalEntry[]> {
  return await guest.sim.journal(MODEM);
}

/** The first moment after `since` (simulator's milliseconds) at which smsd talked to the modem; waits for it. */
export async function talkingAfter(guest: Guest, since: number, seconds: number): Promise<number> {
  return await guest.waitFor(async () => {
    const entries = await journal(guest);
    return entries.find(({ at, interface: port, text }) => at > since && port === AT_PORT && text.startsWith(TALKING))
      ?.at;
  }, seconds);
}

/** Medians by hand: measures `subjects` by turns, each time in a fresh machine. */
export async function inTurns(
  rounds: number,
  subjects: readonly ((guest: Guest) => Promise<number>)[],
): Promise<readonly (readonly number[])[]> {
  const values = subjects.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) values[index]?.push(await withGateway(subject));
  }
  return values;
}
