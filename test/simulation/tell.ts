import { decide } from "../../agent/decide/decide.ts";
import { historyOf } from "./history/generate.ts";
import { explain, storyOf } from "./report.ts";

// `npx tsx test/simulation/tell.ts SEED`: the story of one history; `--shrink` for its shortest form if it fails.
const seed = Number(process.argv[2]);
const history = historyOf(seed);
const text = process.argv.includes("--shrink") ? explain(history, decide) : storyOf(history, decide).join("\n");
process.stdout.write(`${text}\n`);
