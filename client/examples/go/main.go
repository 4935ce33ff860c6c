// SPDX-License-Identifier: Apache-2.0

// Checklog proves a whole Chirograph log with the code that Go's checksum database is checked by:
// golang.org/x/mod/sumdb/note opens the checkpoint, and golang.org/x/mod/sumdb/tlog hashes and proves. The log is read
// as C2SP tlog-tiles, over HTTP or from a folder with the same files:
//
//	go run . -key 'ORIGIN+ID+KEY' http://127.0.0.1:7444
//	go run . -key 'ORIGIN+ID+KEY' -old checkpoint-of-last-week.txt a-folder
//
// The key is what `chirographd init` printed. Exits with 0 where all is proved, with 1 and a sentence where something
// is not, with 2 for a wrong command line.
package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// openCheckpoint checks the signature of a C2SP tlog-checkpoint, and reads its three lines.
func openCheckpoint(signed []byte, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("the key: %w", err)
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("its first line is not the key's name, %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("its second line is no tree size: %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("its third line is no hash: %w", err)
	}
	return tlog.Tree{N: size, Hash: root}, nil
}

// splitBundle cuts an entry bundle into its entries: each has its length before it, two bytes, big-endian.
func splitBundle(bundle []byte) ([][]byte, error) {
	var entries [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("it ends within an entry")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:end])
		bundle = bundle[end:]
	}
	return entries, nil
}

// proveRecords proves each entry to be in the tree, at its place, and returns how many there are.
func proveRecords(tree tlog.Tree, log *logReader) (int64, error) {
	hashes := tlog.TileHashReader(tree, log)
	for first := int64(0); first < tree.N; first += tileWidth {
		width := tree.N - first
		if width > tileWidth {
			width = tileWidth
		}
		bundle, err := log.entryBundle(first/tileWidth, int(width))
		if err != nil {
			return first, err
		}
		for i, entry := range bundle {
			index := first + int64(i)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err != nil {
				return index, fmt.Errorf("record %d: %w", index, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
				return index, fmt.Errorf("record %d is not what the checkpoint says: %w", index, err)
			}
		}
	}
	return tree.N, nil
}

// earlierSizes are the sizes that consistency is proved from: all small ones, and those about each power of two and the
// edge of each tile, where mistakes live.
func earlierSizes(n int64) []int64 {
	seen := map[int64]bool{n: true}
	for size := int64(1); size <= 64; size++ {
		seen[size] = true
	}
	for power := int64(64); power > 0 && power <= n; power *= 2 {
		seen[power-1], seen[power], seen[power+1] = true, true, true
	}
	for edge := int64(tileWidth); edge <= n && edge <= 64*tileWidth; edge += tileWidth {
		seen[edge-1], seen[edge], seen[edge+1] = true, true, true
	}
	var sizes []int64
	for size := range seen {
		if size >= 1 && size <= n {
			sizes = append(sizes, size)
		}
	}
	sort.Slice(sizes, func(i, j int) bool { return sizes[i] < sizes[j] })
	return sizes
}

// proveConsistency proves that the tree extends the one that the log had at each of the sizes, and returns their roots.
func proveConsistency(tree tlog.Tree, log *logReader, sizes []int64) (map[int64]tlog.Hash, error) {
	hashes := tlog.TileHashReader(tree, log)
	roots := make(map[int64]tlog.Hash)
	for _, size := range sizes {
		root, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return nil, fmt.Errorf("the root at size %d: %w", size, err)
		}
		proof, err := tlog.ProveTree(tree.N, size, hashes)
		if err != nil {
			return nil, fmt.Errorf("consistency from size %d: %w", size, err)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return nil, fmt.Errorf("the log at size %d is not the beginning of the log at size %d: %w", size, tree.N, err)
		}
		roots[size] = root
	}
	return roots, nil
}

// checkLog does all of it, and says what was proved.
func checkLog(log *logReader, key, oldFile string) error {
	signed, err := log.read("checkpoint")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, key)
	if err != nil {
		return fmt.Errorf("the checkpoint: %w", err)
	}
	fmt.Printf("checkpoint opened: tree size %d, root hash %v\n", tree.N, tree.Hash)

	records, err := proveRecords(tree, log)
	if err != nil {
		return err
	}
	fmt.Printf("%d records proved\n", records)

	sizes := earlierSizes(tree.N)
	if _, err := proveConsistency(tree, log, sizes); err != nil {
		return err
	}
	fmt.Printf("consistency proved from %d earlier sizes\n", len(sizes))

	if oldFile == "" {
		return nil
	}
	if signed, err = os.ReadFile(oldFile); err != nil {
		return err
	}
	old, err := openCheckpoint(signed, key)
	if err != nil {
		return fmt.Errorf("the checkpoint in %s: %w", oldFile, err)
	}
	if old.N > tree.N {
		return fmt.Errorf("the checkpoint in %s is of size %d, the log's of size %d", oldFile, old.N, tree.N)
	}
	if old.N > 0 { // every log extends the empty one
		roots, err := proveConsistency(tree, log, []int64{old.N})
		if err != nil {
			return err
		}
		if roots[old.N] != old.Hash {
			return fmt.Errorf("the log CONTRADICTS what it signed before: at size %d its root hash is now %v, and was %v",
				old.N, roots[old.N], old.Hash)
		}
	}
	fmt.Printf("the log extends the checkpoint in %s, of size %d\n", oldFile, old.N)
	return nil
}

func main() {
	key := flag.String("key", "", "the log's verifier key, ORIGIN+ID+KEY")
	old := flag.String("old", "", "a file with an older checkpoint that the log must extend")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "Usage: checklog -key VKEY [-old CHECKPOINT-FILE] http://HOST:PORT|FOLDER")
		flag.PrintDefaults()
	}
	flag.Parse()
	if *key == "" || flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := checkLog(newLogReader(flag.Arg(0)), *key, *old); err != nil {
		fmt.Fprintln(os.Stderr, "checklog:", err)
		os.Exit(1)
	}
}
