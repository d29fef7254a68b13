#!/bin/sh
# Sets up everything on a fresh Debian or Ubuntu machine: Node, the program under /opt/modemkeeper, and then the host
# itself by `provision apply` on the inventory.yaml beside this script. Run it again at any time: what is done stays done.
#
#   sudo ./bootstrap.sh [--root DIR] [--no-apply] [-- options of `provision apply`]
#
#   --root DIR   set up the folder DIR (an image in the making) instead of this machine
#   --no-apply   install the program only
#
# npm_config_registry, npm_config_cache and npm_config_offline are honoured (under sudo: `sudo -E`).
# Exit codes: 0 ok, 1 failed, 11 another bootstrap runs, 12 precondition missing, 64 usage; else those of `provision apply`.
set -eu
umask 022

# What a machine without a good Node gets: both packages from the npm registry, and the sha512 of their tarballs
# (`npm view NAME@VERSION dist.integrity`, in hexadecimal). The node package holds the bare binary, so npm comes beside it.
NODE_VERSION=22.23.3
NODE_SHA512_x64=a879f3e6d16c1e88ff58cfae4443558d638d8b9855be6c2b82af00e15efa2a9b95340738fa3c0af31e20c1ba1b13d06d1cd83f00a476e7cdde628acb17f73b9e
NODE_SHA512_arm64=9770c01d9adeca5a3ea7d4170edb0eae31b625726a5736179c01a621034e50d01170ca694ced9c99ec1540ffb7ead8c99d213e773a4c36d816f9cde8883bd7b4
NPM_VERSION=11.19.1
NPM_SHA512=cedb312b1b7f92421a02cfb68b4194e88f8346651dacd6acc5364a25ef5309d4a32b19616a1ff8aff865e7280c0fa5c0835a99f5cd93368991e2a80ec9da75d2

# What the program is made of. inventory.yaml goes along as an example only: an edited inventory is no new program.
SOURCES="core host provision agent templates man scripts/copy-data.mjs package.json package-lock.json .npmrc
tsconfig.json tsconfig.build.json inventory.schema.json"

EXIT_LOCK_HELD=11
EXIT_PRECONDITION=12
EXIT_USAGE=64

repo=$(cd "$(dirname "$0")" && pwd -P)
root=
apply=yes
switched=no

step() {
  echo "[$1/5] $2" >&2
}

note() {
  echo "      $1" >&2
}

# fail CODE SENTENCE WHAT-TO-DO
fail() {
  echo "bootstrap: $2" >&2
  echo "  fix: $3" >&2
  exit "$1"
}

# Runs a command with its output in the log; shows the log's end where it fails. The command inherits the lock: were this
# script killed, the next one waits until what it started is done, too.
logged() {
  if ! "$@" >>"$log" 2>&1; then
    tail -n 20 "$log" | sed 's/^/      | /' >&2
    return 1
  fi
}

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --root)
        [ $# -ge 2 ] || fail $EXIT_USAGE "--root needs a folder" "--root DIR"
        root=$2
        shift
        ;;
      --no-apply) apply=no ;;
      --) return ;;
      *) fail $EXIT_USAGE "unknown option $1" "./bootstrap.sh [--root DIR] [--no-apply] [-- options of provision apply]" ;;
    esac
    shift
  done
}

# ---- 1: Node ---------------------------------------------------------------------------------------------------------

is_good_node() {
  "$1" -e 'const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

# Sets node and npm (a command line) to a Node that is good enough. An image gets its own: a builder's Node stays behind.
choose_node() {
  if [ -z "$root" ] && command -v node >/dev/null && command -v npm >/dev/null; then
    node=$(readlink -f "$(command -v node)")
    if is_good_node "$node" && npm=$(readlink -f "$(command -v npm)") && "$node" "$npm" --version >/dev/null 2>&1; then
      step 1 "Node $("$node" --version) found: $node"
      return
    fi
  fi
  runtime="$base/node/$NODE_VERSION-npm-$NPM_VERSION-$arch"
  node="$runtime/bin/node"
  npm="$runtime/npm/bin/npm-cli.js"
  if is_good_node "$node" && "$node" "$npm" --version >/dev/null 2>&1; then
    step 1 "Node v$NODE_VERSION is here already: $node"
    return
  fi
  step 1 "bringing Node v$NODE_VERSION and npm $NPM_VERSION from $registry"
  bring_node
}

bring_node() {
  rm -rf "$base/node"
  mkdir -p "$staging/bin" "$staging/npm"
  fetch "node-linux-$arch" "$NODE_VERSION" "$node_sha512"
  fetch npm "$NPM_VERSION" "$NPM_SHA512"
  unpack "$staging/node-linux-$arch.tgz" "$staging" package/bin/node
  unpack "$staging/npm.tgz" "$staging/npm" package
  rm "$staging/node-linux-$arch.tgz" "$staging/npm.tgz"
  is_good_node "$staging/bin/node" ||
    fail $EXIT_PRECONDITION "Node v$NODE_VERSION does not run on this machine" "use Debian 11, Ubuntu 20.04 or newer"
  mkdir -p "$base/node"
  put_in_place "$staging" "$runtime"
  mkdir -p "$staging"
}

unpack() {
  tar -xzf "$1" -C "$2" --strip-components=1 --no-same-owner "$3" ||
    fail 1 "cannot unpack $1" "free some space (\`df -h $base\`), then run this again"
}

# fetch PACKAGE VERSION SHA512: the registry's tarball, checked, as $staging/PACKAGE.tgz
fetch() {
  url="${registry%/}/$1/-/$1-$2.tgz"
  file="$staging/$1.tgz"
  note "$url"
  case $url in
    file://*) cp "${url#file://}" "$file" ;;
    *) download "$url" "$file" ;;
  esac || fail $EXIT_PRECONDITION "cannot fetch $url" \
    "check the network, or name another registry in npm_config_registry, then run this again"
  printf '%s  %s\n' "$3" "$file" | sha512sum --check --status ||
    fail 1 "what came from $url is not what it should be (sha512 differs)" \
      "run this again; if it stays so, do not trust that registry"
}

download() {
  ensure_downloader
  if command -v curl >/dev/null; then
    curl --fail --location --silent --show-error --retry 3 --connect-timeout 30 --output "$2" "$1"
  else
    wget --quiet --tries=3 --timeout=30 --output-document="$2" "$1"
  fi
}

ensure_downloader() {
  if [ -e /etc/ssl/certs/ca-certificates.crt ] && { command -v curl || command -v wget; } >/dev/null; then return; fi
  note "installing curl and ca-certificates"
  { logged apt-get update && logged apt_install curl ca-certificates; } ||
    fail $EXIT_PRECONDITION "there is neither curl nor wget, and apt cannot install curl" "install curl by hand"
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# ---- 2 to 4: the program ---------------------------------------------------------------------------------------------

# A name for exactly this program on this Node: the same sources give the same name.
release_name() {
  {
    echo "$("$node" --version) ${node#"$root"} $arch"
    for source in $SOURCES; do
      if [ -e "$repo/$source" ]; then (cd "$repo" && find "$source" -type f -print0); fi
    done | LC_ALL=C sort -z | (cd "$repo" && xargs -0 sha256sum)
  } | sha256sum | cut -c1-16
}

is_good_release() {
  for main in provision agent; do
    "$1/node/bin/node" "$1/dist/$main/main.js" --version >/dev/null 2>&1 || return 1
  done
}

install_program() {
  release="$base/releases/$(release_name)"
  if is_good_release "$release"; then
    step 2 "dependencies are installed"
    step 3 "the program is built"
  else
    copy_sources
    keep_build_tools
    step 2 "installing dependencies (npm ci)"
    run_npm ci --ignore-scripts --no-audit --no-fund ||
      fail 1 "npm cannot install the dependencies" "see above and $log; check the network, then run this again"
    step 3 "building"
    run_npm run build || fail 1 "the program does not build" "see above and $log"
    # Offline: what stays is installed already.
    run_npm prune --omit=dev --ignore-scripts --offline --no-audit --no-fund ||
      fail 1 "npm cannot remove the build tools" "see above and $log"
    finish_release
  fi
  switch_to_release
}

copy_sources() {
  rm -rf "$staging"
  mkdir -p "$staging"
  for source in $SOURCES inventory.yaml; do
    if [ -e "$repo/$source" ]; then (cd "$repo" && cp -R --parents "$source" "$staging/"); fi
  done
}

# Of what developers need only the compiler and its types are needed here: linter, test runners and their like are half of
# the packages and two thirds of the megabytes. npm ci does not mind that the lock file knows more than package.json.
keep_build_tools() {
  (
    cd "$staging"
    "$node" -e '
      const { readFileSync, writeFileSync } = require("node:fs");
      const manifest = JSON.parse(readFileSync("package.json", "utf8"));
      for (const name of Object.keys(manifest.devDependencies)) {
        if (name !== "typescript" && !name.startsWith("@types/")) delete manifest.devDependencies[name];
      }
      writeFileSync("package.json", JSON.stringify(manifest, null, 2) + "\n");
    '
  ) || fail 1 "package.json cannot be read" "the folder $repo must be a whole copy of the program"
}

run_npm() {
  (
    cd "$staging"
    PATH="$(dirname "$node"):$PATH"
    export PATH
    # A folder of tarballs serves Node and npm; npm itself knows registries and its own cache only.
    case $registry in file://*) unset npm_config_registry ;; esac
    logged "$node" "$npm" "$@"
  )
}

# Leaves in the staging folder what runs, and names it as a release.
finish_release() {
  rm -rf "$staging/scripts" "$staging/.npmrc" "$staging"/tsconfig*.json "$staging/package-lock.json"
  for folder in core host provision agent; do rm -rf "${staging:?}/$folder"; done
  mkdir -p "$staging/node/bin"
  case $node in
    # Ours: the release keeps its own, also when a later bootstrap brings another one. No space is used twice.
    "$base"/*) cp --link "$node" "$staging/node/bin/node" 2>/dev/null || cp "$node" "$staging/node/bin/node" ;;
    *) ln -s "$node" "$staging/node/bin/node" ;;
  esac
  is_good_release "$staging" || fail 1 "the program that was built does not start" \
    "see what \`$staging/node/bin/node $staging/dist/provision/main.js --version\` says"
  rm -rf "$release"
  mkdir -p "$base/releases"
  put_in_place "$staging" "$release"
}

# put_in_place FOLDER NAME: on disk first, then under its name in one step, so that a name always means the whole.
put_in_place() {
  sync -f "$1"
  mv -T "$1" "$2"
}

switch_to_release() {
  name=$(basename "$release")
  previous=$(readlink "$base/current" 2>/dev/null || true)
  if [ "$previous" = "releases/$name" ]; then
    step 4 "/opt/modemkeeper is up to date (release $name)"
  else
    step 4 "switching /opt/modemkeeper to release $name"
    switched=yes
    ln -sfn "releases/$name" "$base/current.new"
    mv -T "$base/current.new" "$base/current"
    remove_old_releases "$name" "$(basename "$previous")"
  fi
  install_commands
  install_links
}

# The one in use and the one before it stay.
remove_old_releases() {
  for folder in "$base"/releases/*; do
    case $(basename "$folder") in
      "$1" | "$2") ;;
      *) rm -rf "$folder" ;;
    esac
  done
}

# One command for each entry of package.json's bin, in a folder that is on everybody's PATH.
install_commands() {
  bin="$root/usr/local/bin"
  mkdir -p "$bin"
  "$node" -p 'Object.entries(require(process.argv[1]).bin).map((entry) => entry.join(" ")).join("\n")' \
    "$release/package.json" | while read -r name main; do
    {
      echo '#!/bin/sh'
      echo '# Compiled modules are kept between calls (Node 22.1 and later): the start takes half the time.'
      # shellcheck disable=SC2016 # expanded when the command runs
      echo 'export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-/var/cache/modemkeeper}"'
      echo "exec /opt/modemkeeper/current/node/bin/node /opt/modemkeeper/current/$main \"\$@\""
    } >"$staging.command"
    chmod 755 "$staging.command"
    if cmp -s "$staging.command" "$bin/$name"; then
      rm "$staging.command"
    else
      mv "$staging.command" "$bin/$name"
    fi
  done
}

# Manual pages and completion, where man and the shells look for those of programs that no package brought.
install_links() {
  share="$root/usr/local/share"
  link_all "man/*.1" man/man1
  link_all "man/*.5" man/man5
  link_all "dist/completions/bash/*" bash-completion/completions
  link_all "dist/completions/zsh/*" zsh/site-functions
  link_all "dist/completions/fish/*" fish/vendor_completions.d
  # Those of an older release that this one has no more.
  find "$share" -type l -lname '/opt/modemkeeper/current/*' | while read -r link; do
    [ -e "$root$(readlink "$link")" ] || rm "$link"
  done
}

# link_all FILES FOLDER: through `current`, so that a link always leads to the release in use.
link_all() {
  mkdir -p "$share/$2"
  # shellcheck disable=SC2086 # the pattern shall be expanded
  for file in "$release"/$1; do
    target="/opt/modemkeeper/current/${file#"$release/"}"
    link="$share/$2/$(basename "$file")"
    if [ "$(readlink "$link")" = "$target" ]; then continue; fi
    if [ -e "$link" ]; then
      note "$link is not ours: it stays"
    else
      ln -sfn "$target" "$link"
    fi
  done
}

# ---- 5: the host -----------------------------------------------------------------------------------------------------

run_apply() {
  if [ "$apply" = no ]; then
    step 5 "provision apply is left to you (--no-apply)"
    return
  fi
  step 5 "provision apply"
  if [ -n "$root" ]; then set -- --root "$root" "$@"; fi
  code=0
  "$base/current/node/bin/node" "$base/current/dist/provision/main.js" \
    apply --yes -i "$repo/inventory.yaml" "$@" 9>&- || code=$?
  if [ $code -ne 0 ]; then
    restart_agent
    echo "bootstrap: provision apply ended with exit code $code" >&2
    echo "  fix: mend what it says above, then run this again" >&2
    exit $code
  fi
}

# The agent's process, 0 if it has none.
agent_pid() {
  if [ -n "$root" ] || [ ! -d /run/systemd/system ]; then echo 0; return; fi
  systemctl show --property MainPID --value modemkeeper.service 2>/dev/null || echo 0
}

# An agent that ran before is still the old release; one that apply has started is the new one.
restart_agent() {
  if [ $switched = no ] || [ "$old_agent" = 0 ] || [ "$(agent_pid)" != "$old_agent" ]; then return; fi
  logged systemctl try-restart modemkeeper.service || note "the agent goes on with the old release: systemctl restart modemkeeper"
}

# ---- all of it -------------------------------------------------------------------------------------------------------

parse_arguments "$@"
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
if [ $# -gt 0 ]; then shift; fi

[ "$(id -u)" -eq 0 ] || fail $EXIT_PRECONDITION "this needs root" "sudo ./bootstrap.sh"
case $(uname -m) in
  x86_64) arch=x64 node_sha512=$NODE_SHA512_x64 ;;
  aarch64) arch=arm64 node_sha512=$NODE_SHA512_arm64 ;;
  *) fail $EXIT_PRECONDITION "there is no program for the processor $(uname -m)" "use a 64-bit x86 or ARM machine" ;;
esac
if [ -n "$root" ]; then
  mkdir -p "$root"
  root=$(cd "$root" && pwd -P)
  if [ "$root" = / ]; then root=; fi
fi
registry=${npm_config_registry:-https://registry.npmjs.org}
base="$root/opt/modemkeeper"
staging="$base/staging"
log="$base/bootstrap.log"
mkdir -p "$base"
exec 9>"$base/bootstrap.lock"
# Not at once: what a killed run had started may take a moment to go.
flock --wait 5 9 || fail $EXIT_LOCK_HELD "another bootstrap is at work" "wait until it is done"
trap 'echo "bootstrap: interrupted" >&2; echo "  fix: run it again, it goes on from here" >&2; exit 130' INT TERM HUP
# What a killed run left half done.
rm -rf "$staging" "$staging.command" "$base/current.new"
: >"$log"

choose_node
install_program
old_agent=$(agent_pid)
run_apply "$@"
restart_agent
