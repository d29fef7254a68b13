import { spawn } from "node:child_process";

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly seconds?: number;
}

/** Runs a program of this machine and returns its stdout. A failure or a timeout throws with the end of its output. */
export async function tool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<string> {
  const seconds = options.seconds ?? 60;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: seconds * 1000,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let all = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    all += text;
  });
  const outcome = await new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(signal === null ? `exit code ${code}` : `ended by ${signal}`));
  });
  if (outcome === "exit code 0") return stdout;
  const limit = outcome.includes("SIGKILL") ? ` (limit ${seconds} s)` : "";
  throw new Error(`${command} ${args.join(" ").slice(0, 200)}: ${outcome}${limit}\n${lastLines(all, 40)}`);
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
