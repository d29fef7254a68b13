import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { vi } from "vitest";
import { endProcess } from "./end-process.ts";

/** Two pseudo-terminals of which each hears what is written to the other, by socat. */
export interface PtyPair {
  readonly ours: string;
  readonly theirs: string;
  /** Stops passing bytes on: a device that takes none. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Closing a side does not end it, as it would a plain pair. */
export async function ptyPair(ours: string, theirs: string): Promise<PtyPair> {
  const side = (link: string) => `pty,link=${link},raw,echo=0,ignoreeof`;
  const socat = spawn("socat", [side(ours), side(theirs)], { stdio: "ignore" });
  await vi.waitUntil(() => existsSync(ours) && existsSync(theirs), { timeout: 5_000, interval: 10 });
  return {
    ours,
    theirs,
    freeze: () => void socat.kill("SIGSTOP"),
    thaw: () => void socat.kill("SIGCONT"),
    close: () => endProcess(socat, "SIGKILL"),
  };
}
