#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The main job in a screen: `./run demo` builds, then calls this. All that it makes is in demo/ of the
# checkout. It ends by itself, and can be run again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=${CHIROGRAPH_BIN_DIR:-$root/build/release/bin}
demo=${CHIROGRAPH_DEMO_DIR:-$root/demo}
domain=news.example
seed=$root/tests/data/seed/000_c4c37bbcb50daded.txt

export PATH=$bin:$PATH
export CHIROGRAPH_STATE_DIR=$demo/client-state
export CHIROGRAPH_KEYRING=$demo/keys/keyring.yaml
unset CHIROGRAPH_LOG_KEY CHIROGRAPH_SERVER
mkdir -p "$demo"
cd "$demo"

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
say() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }

# Shows a command and runs it. Its exit code must be the one expected: the demo proves what it says.
show() {
  local expected=$1 code=0
  shift
  printf '$ %s\n' "$*"
  "$@" || code=$?
  if [[ $code -ne $expected ]]; then
    printf 'demo: exit code %s where %s was expected; see %s/chirographd.log\n' "$code" "$expected" "$demo" >&2
    exit 1
  fi
}

tree_size() { chirograph --json checkpoint | sed 's/.*"treeSize":\([0-9]*\).*/\1/'; }

server=
stop_server() {
  [[ -z $server ]] && return
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}
trap stop_server EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start_server() {
  rm -f port
  chirographd serve --data-dir archive --listen 127.0.0.1:0 --http-listen none --port-file port \
    --keyring keys/keyring.yaml 2>>chirographd.log &
  server=$!
  for _ in $(seq 300); do
    [[ -s port ]] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  if [[ ! -s port ]]; then
    printf 'demo: chirographd did not start:\n' >&2
    tail -5 chirographd.log >&2
    exit 1
  fi
  export CHIROGRAPH_SERVER=127.0.0.1:$(<port)
}

# One article: file, publisher, number.
write_article() {
  cat >"$1" <<END
---
title: "Example article $3"
publishedDateTime: 2026-11-23T08:00:00Z
webUrl: "https://$2/articles/$3"
provider:
  name: An example
  domain: $2
---
The text of article $3.
END
}

# 48 articles: 40 signed ones, some of a publisher without keys, and three that should not get in.
write_articles() {
  local i
  mkdir articles.new
  for i in $(seq 10 49); do write_article "articles.new/signed-$i.md" "$domain" "$i"; done
  chirograph sign --key "$key" articles.new/signed-*.md >/dev/null
  for i in $(seq 50 54); do write_article "articles.new/without-keys-$i.md" other.example "$i"; done
  sed 's/Example article 10/Example article ten/' articles.new/signed-10.md >articles.new/tampered-10.md
  sed '/^secured:/d' articles.new/signed-11.md >articles.new/stripped-11.md
  sed 's/^secured: "..../secured: "----/' articles.new/signed-12.md >articles.new/broken-12.md
  mv articles.new articles
}

key=keys/$domain.demo.signing-key.pem
if [[ ! -d archive ]]; then
  chirographd init --data-dir archive --origin chirograph-demo >init.txt
fi
if [[ ! -f $key ]]; then chirograph keys generate --domain "$domain" --id demo >keys.txt; fi
if [[ ! -d articles ]]; then write_articles; fi
start_server
chirograph log trust "$(sed -n 's/^ *\(chirograph-demo+.*\)$/\1/p' init.txt)" >/dev/null
say "Chirograph: an archive on $CHIROGRAPH_SERVER, a publisher $domain, and a client that trusts neither"

say "1. An article as it came, from a publisher whose keys nobody here has"
[[ -f seed.md ]] || cp "$seed" seed.md
show 0 chirograph ingest seed.md

say "2. The same by $domain, signed: the archive has that publisher's key"
[[ -f article.md ]] || sed "/^provider:/,/^\$/s/nyoooz.com/$domain/" "$seed" >article.md
show 0 chirograph sign --key "$key" article.md
show 0 chirograph ingest article.md

say "3. One word of it changed: refused, and nothing of it is stored"
sed '/^title:/s/police/poets/' article.md >tampered.md
before=$(tree_size)
show 1 chirograph ingest tampered.md
after=$(tree_size)
[[ $before == "$after" ]] || { echo "demo: the log grew from $before to $after" >&2; exit 1; }
printf 'The log has %s entries, as before.\n' "$after"

say "4. A folder"
show 1 chirograph ingest articles

say "5. Read one back, take its proof, and check that without the archive"
rm -f read-back.md article.tlog-proof # of an earlier run, when the log was smaller: only --force replaces files
printf '$ chirograph get ./article.md --source -o read-back.md\n'
chirograph get ./article.md --source -o read-back.md >get.txt 2>&1 || { cat get.txt >&2; exit 1; }
cmp article.md read-back.md
printf 'Checked like all the rest, and byte for byte what was sent.\n'
show 0 chirograph checkpoint
chirograph proof get ./article.md -o article.tlog-proof >/dev/null
stop_server
show 0 chirograph proof verify article.tlog-proof article.md

cat >env <<END
export PATH=$(printf %q "$bin"):\$PATH
export CHIROGRAPH_STATE_DIR=$(printf %q "$demo/client-state")
export CHIROGRAPH_KEYRING=$(printf %q "$demo/keys/keyring.yaml")
END
say "All of it lies in $demo; deleting that folder is all there is to clean up. Next:"
printf '  cd %q && . ./env\n' "$demo"
printf '  chirographd serve --data-dir archive --keyring keys/keyring.yaml &\n'
printf '  chirograph get ./article.md\n'
printf '  chirograph verify articles/*.md\n'
printf '  chirograph --help\n'
