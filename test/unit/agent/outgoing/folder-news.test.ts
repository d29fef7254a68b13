import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { FolderNews } from "../../../../agent/outgoing/folder-news.ts";
import { RealSpoolFiles } from "../../../../host/spool-files.ts";
import { scratchFolder } from "../../host/scratch.ts";

const SECOND = 1_000_000;
/** Microseconds since 1970. */
const NOW = 2_000_000_000 * SECOND;

let folder: string;
let tell: (name: string | undefined) => void = () => {};
const watched = {
  spoolFiles: new RealSpoolFiles(),
  watch: {
    watch: (_: string, listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
  },
};

function put(name: string, at: number): string {
  writeFileSync(join(folder, name), "To: 1\n\nx");
  utimesSync(join(folder, name), at / SECOND, at / SECOND);
  return name;
}

beforeEach(async () => {
  folder = await scratchFolder();
});

/** Looks at `seconds` after `NOW`, on both clocks. */
function look(news: FolderNews, seconds = 0, since = 0): Promise<readonly string[]> {
  return news.take(since, NOW + seconds * SECOND, seconds * 1000);
}

describe("new files of a folder", () => {
  it("at the very first look there are none, however many lie there", async () => {
    for (let index = 0; index < 50; index++) put(`old-${index}`, NOW - index * 60 * SECOND);
    const news = new FolderNews(watched, folder, undefined);
    expect(await look(news)).toEqual([]);
    expect(news.until).toBe(NOW);
    put("new", NOW + 40 * SECOND);
    expect(await look(news, 60)).toEqual(["new"]);
    expect(await look(news, 120)).toEqual([]);
  });

  it("after a restart are those since the last", async () => {
    put("old", NOW - 100 * SECOND);
    put("meanwhile", NOW - 50 * SECOND);
    const news = new FolderNews(watched, folder, NOW - 80 * SECOND);
    expect(await look(news)).toEqual(["meanwhile"]);
    expect(news.until).toBe(NOW - 50 * SECOND);
  });

  it("are given out once by their event, and not again when the folder is listed", async () => {
    const news = new FolderNews(watched, folder, NOW - SECOND);
    news.start(() => {});
    expect(await look(news)).toEqual([]);
    put("a", NOW + SECOND);
    for (let count = 0; count < 3; count++) tell("a");
    expect(await look(news, 2)).toEqual(["a"]);
    expect(news.until).toBe(NOW + SECOND);
    tell("a");
    expect(await look(news, 3)).toEqual([]);
    expect(await look(news, 60)).toEqual([]);
  });

  it("are given out again under the same name when it is another file", async () => {
    const news = new FolderNews(watched, folder, NOW - SECOND);
    news.start(() => {});
    put("a", NOW);
    tell("a");
    expect(await look(news)).toEqual(["a"]);
    put("a", NOW + 2 * SECOND);
    tell("a");
    expect(await look(news, 2)).toEqual(["a"]);
  });

  it("whose event was lost are found by listing, half a minute later at the latest", async () => {
    const news = new FolderNews(watched, folder, NOW - SECOND);
    await look(news);
    put("a", NOW + SECOND);
    expect(await look(news, 20)).toEqual([]);
    expect(await look(news, 31)).toEqual(["a"]);
  });

  it("are seen while the wall clock is set back, by their event", async () => {
    const news = new FolderNews(watched, folder, NOW);
    news.start(() => {});
    await look(news);
    put("a", NOW - 1_000_000 * SECOND);
    tell("a");
    expect(await news.take(0, NOW - 999_990 * SECOND, 1000)).toEqual(["a"]);
  });

  it("are not old ones that somebody gives other rights", async () => {
    put("old", NOW - 1000 * SECOND);
    const news = new FolderNews(watched, folder, NOW);
    news.start(() => {});
    await look(news);
    tell("old");
    expect(await look(news, 1)).toEqual([]);
  });

  it("older than what is asked for do not count", async () => {
    put("before", NOW - 20 * SECOND);
    put("after", NOW - 10 * SECOND);
    expect(await look(new FolderNews(watched, folder, NOW - 60 * SECOND), 0, NOW - 15 * SECOND)).toEqual(["after"]);
  });

  it("that are not finished can be asked for again", async () => {
    const news = new FolderNews(watched, folder, NOW - SECOND);
    put("a", NOW);
    expect(await look(news)).toEqual(["a"]);
    news.again("a");
    expect(await look(news, 1)).toEqual(["a"]);
  });

  it("are neither links, folders, locks nor drafts", async () => {
    const news = new FolderNews(watched, folder, 0);
    put("real", NOW);
    put("real.LOCK", NOW);
    put(".draft", NOW);
    put("test.aB3dE6", NOW);
    mkdirSync(join(folder, "folder"));
    symlinkSync("/etc/passwd", join(folder, "link"));
    expect(await look(news)).toEqual(["real"]);
  });

  it("that are gone again are none", async () => {
    const news = new FolderNews(watched, folder, 0);
    news.start(() => {});
    await look(news);
    tell(put("a", NOW));
    rmSync(join(folder, "a"));
    expect(await look(news, 1)).toEqual([]);
  });

  it("more than events can name are found by listing", async () => {
    const news = new FolderNews(watched, folder, 0);
    news.start(() => {});
    await look(news);
    for (let index = 0; index < 1_100; index++) tell(put(`m${index}`, NOW));
    expect(new Set(await look(news, 1)).size).toBe(1_100);
  });

  it("of a folder that is not there are an error that names it", async () => {
    const news = new FolderNews(watched, `${folder}/none`, 0);
    await expect(look(news)).rejects.toThrow(`${folder}/none`);
  });
});
